// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/contextprobe.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

namespace driftscope::simulate {

namespace {

using Order = std::vector<std::size_t>;

/// The elements whose player takes part.
template<typename T>
std::vector<T> partsOf(const std::vector<T>& all, Coalition coalition)
{
    std::vector<T> some;
    for (std::size_t i = 0; i < all.size(); ++i)
        if ((coalition >> i & 1U) != 0)
            some.push_back(all[i]);
    return some;
}

/// All orders of so few elements, or the given number of different ones; the ascending one first.
std::vector<Order> ordersOf(std::size_t elements, std::size_t most, RandomStream stream)
{
    Order order(elements);
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::size_t possible = 1;
    for (std::size_t i = 2; i <= elements && possible <= most; ++i)
        possible *= i;
    std::vector<Order> orders;
    if (possible <= most) {
        do {
            orders.push_back(order);
        } while (std::next_permutation(order.begin(), order.end()));
        return orders;
    }
    std::set<Order> drawn;
    while (orders.size() < most) {
        if (drawn.insert(order).second)
            orders.push_back(order);
        stream.shuffle(order);
    }
    return orders;
}

Result<OrderOutcome> outcomeOf(const ShownMoment& shown, Order order, const JobContext& context)
{
    prompt::PromptContext reordered = shown.context;
    for (std::size_t i = 0; i < order.size(); ++i)
        reordered.demonstrations[i] = shown.context.demonstrations[order[i]];
    DRIFTSCOPE_TRY(const auto built, shown.arm.buildShown(shown.moment, shown.candidates.items, reordered));
    DRIFTSCOPE_TRY(const auto scores, shown.scorer.score(built.tokenized, shown.options, context));
    return OrderOutcome {std::move(order), rankOf(built.scoresOf(shown.arm.arm(), scores), shown.candidates.target),
                         positiveProbability(scores[shown.candidates.target])};
}

template<typename Value>
OrderSpread::Measure measure(const std::vector<OrderOutcome>& outcomes, Value value)
{
    OrderSpread::Measure found;
    if (outcomes.empty())
        return found;
    const auto count = static_cast<double>(outcomes.size());
    found.smallest = found.largest = value(outcomes.front());
    for (const auto& outcome : outcomes) {
        found.smallest = std::min(found.smallest, value(outcome));
        found.largest = std::max(found.largest, value(outcome));
        found.mean += value(outcome) / count;
    }
    for (const auto& outcome : outcomes)
        found.deviation += (value(outcome) - found.mean) * (value(outcome) - found.mean) / count;
    found.deviation = std::sqrt(found.deviation);
    return found;
}

} // namespace

double positiveProbability(const inference::PromptScore& score)
{
    return 1.0 / (1.0 + std::exp(score.answers[1] - score.answers[0]));
}

double rankOf(std::span<const double> scores, std::size_t candidate)
{
    const auto better = std::ranges::count_if(scores, [&](double score) { return score > scores[candidate]; });
    const auto equal = std::ranges::count(scores, scores[candidate]);
    return static_cast<double>(better) + static_cast<double>(equal + 1) / 2;
}

std::vector<std::size_t> bestFirst(std::span<const double> scores)
{
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t {0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    return order;
}

Result<Attribution> attributeParts(const ShownMoment& shown, data::ItemIndex item, PromptPart part,
                                   const JobContext& context)
{
    const auto values = [&](std::span<const Coalition> coalitions) -> Result<std::vector<double>> {
        std::vector<inference::TokenizedPrompt> prompts;
        for (const Coalition coalition : coalitions) {
            prompt::PromptContext some = shown.context;
            if (part == PromptPart::Demonstrations)
                some.demonstrations = partsOf(shown.context.demonstrations, coalition);
            else
                some.history = partsOf(shown.context.history, coalition);
            DRIFTSCOPE_TRY(auto built, shown.arm.buildShown(shown.moment, std::span(&item, 1), some));
            prompts.push_back(std::move(built.tokenized.front()));
        }
        DRIFTSCOPE_TRY(const auto scores, shown.scorer.score(prompts, shown.options, context));
        std::vector<double> probabilities;
        std::ranges::transform(scores, std::back_inserter(probabilities), positiveProbability);
        return probabilities;
    };
    const std::size_t players =
        part == PromptPart::Demonstrations ? shown.context.demonstrations.size() : shown.context.history.size();
    return attribute(players, values, context);
}

OrderSpread::Measure OrderSpread::ranks() const
{
    return measure(outcomes, [](const OrderOutcome& outcome) { return outcome.rank; });
}

OrderSpread::Measure OrderSpread::positives() const
{
    return measure(outcomes, [](const OrderOutcome& outcome) { return outcome.positive; });
}

Result<OrderSpread> spreadOverOrders(const ShownMoment& shown, std::size_t orders, std::uint64_t seed,
                                     const JobContext& context)
{
    const std::uint64_t when = shown.moment.interaction ? std::uint64_t {*shown.moment.interaction}
                                                        : static_cast<std::uint64_t>(toUnix(shown.moment.time));
    const std::size_t wanted = std::max<std::size_t>(orders, 1);
    const auto asked = ordersOf(shown.context.demonstrations.size(), wanted,
                                {seed, "orders of demonstrations", {shown.moment.user, when}});
    OrderSpread spread;
    std::size_t possible = 1;
    for (std::size_t i = 2; i <= shown.context.demonstrations.size() && possible <= asked.size(); ++i)
        possible *= i;
    spread.isComplete = possible == asked.size();
    for (const Order& order : asked) {
        context.report(
            {static_cast<std::int64_t>(spread.outcomes.size()), static_cast<std::int64_t>(asked.size()), "try orders"});
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Trying orders was stopped.");
        DRIFTSCOPE_TRY(auto outcome, outcomeOf(shown, order, context));
        spread.outcomes.push_back(std::move(outcome));
    }
    return spread;
}

} // namespace driftscope::simulate
