// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/simulate/armcontrols_p.h"

#include <algorithm>
#include <ranges>
#include <set>
#include <string_view>

namespace driftscope::simulate {

namespace {

constexpr std::size_t enoughEvents = 10; // fewer would make the other user's prompt shorter, which matters by itself
constexpr int draws = 100;

RandomStream streamOf(std::uint64_t seed, std::string_view name, const data::Moment& moment)
{
    const std::uint64_t when =
        moment.interaction ? std::uint64_t {*moment.interaction} : static_cast<std::uint64_t>(toUnix(moment.time));
    return {seed, name, {moment.user, when}};
}

/// How many interactions are strictly before a time: they stand first, since the data are in time order.
std::size_t countBefore(const data::Dataset& dataset, SimTime time)
{
    const auto all = std::views::iota(std::size_t {0}, dataset.size());
    const auto end = std::ranges::partition_point(
        all, [&](std::size_t i) { return dataset.time(static_cast<data::InteractionIndex>(i)) < time; });
    return static_cast<std::size_t>(end - all.begin());
}

/// Up to `count` liked interactions of anyone before the moment, in time order, with different items that the user had
/// not met and that are not asked about.
std::vector<data::InteractionIndex> fakeHistory(std::size_t count, const data::UserHistory& history,
                                                const data::Moment& moment, std::span<const data::ItemIndex> asked,
                                                std::uint64_t seed)
{
    const auto& dataset = history.dataset();
    std::set<data::ItemIndex> refused(asked.begin(), asked.end());
    for (const auto own : history.before(moment))
        refused.insert(dataset.item(own));
    if (moment.interaction)
        refused.insert(dataset.item(*moment.interaction));
    const std::size_t known = countBefore(dataset, moment.time);
    RandomStream stream = streamOf(seed, "fake history", moment);
    std::vector<data::InteractionIndex> drawn;
    for (std::size_t draw = 0; known > 0 && drawn.size() < count && draw < draws * count; ++draw) {
        const auto interaction = static_cast<data::InteractionIndex>(stream.index(known));
        if (history.isLiked(interaction) && dataset.user(interaction) != moment.user
            && refused.insert(dataset.item(interaction)).second)
            drawn.push_back(interaction);
    }
    std::sort(drawn.begin(), drawn.end());
    return drawn;
}

} // namespace

Result<> checkControls(const Arm& arm, const data::Dataset& dataset)
{
    const bool countsShifts =
        arm.history.lag.unit == data::Lag::Unit::Shifts || arm.demonstrations.lagUnit == DemonstrationLag::Shifts;
    if (countsShifts && !dataset.truth())
        return fail(ErrorCode::Inconsistent,
                    "Arm '" + arm.name
                        + "': its lag counts in shifts, which are not known here, since there is no truth.json beside "
                          "the data; choose a planted dataset, or a lag in events or days.");
    if (arm.context != ContextOf::Self && dataset.userCount() < 2)
        return fail(ErrorCode::BadArgument,
                    "Arm '" + arm.name + "': the data have one user alone; set context to self.");
    return {};
}

data::Moment otherUsersMoment(const data::UserHistory& history, const data::Moment& moment, std::uint64_t seed)
{
    const auto& dataset = history.dataset();
    RandomStream stream = streamOf(seed, "other user", moment);
    const std::size_t wanted = std::min(history.before(moment).size(), enoughEvents);
    data::Moment best;
    std::size_t most = 0;
    for (int draw = 0; draw < draws && (draw == 0 || most < wanted); ++draw) {
        // one of the others: the user's own number is stepped over
        auto user = static_cast<data::UserIndex>(stream.index(dataset.userCount() - 1));
        user += user >= moment.user ? 1 : 0;
        const data::Moment other {.user = user, .time = moment.time, .interaction = std::nullopt};
        const std::size_t known = history.before(other).size();
        if (draw == 0 || known > most) {
            best = other;
            most = known;
        }
    }
    return best;
}

void flipLabels(std::vector<demonstrations::Demonstration>& demonstrations)
{
    for (auto& demonstration : demonstrations) {
        demonstration.isLiked = !demonstration.isLiked;
        demonstration.reason += ", label flipped";
    }
}

void removeNegatives(std::vector<demonstrations::Demonstration>& demonstrations)
{
    std::erase_if(demonstrations, [](const auto& shown) { return !shown.isLiked; });
}

std::vector<data::InteractionIndex> controlledHistory(std::vector<data::InteractionIndex> items,
                                                      const HistoryControls& controls, const data::UserHistory& history,
                                                      const data::Moment& moment,
                                                      std::span<const data::ItemIndex> asked, std::uint64_t seed)
{
    if (controls.isFake)
        items = fakeHistory(items.size(), history, moment, asked, seed);
    if (controls.isShuffled)
        streamOf(seed, "shuffled history", moment).shuffle(items);
    return items;
}

void removeItems(prompt::PromptContext& context, const data::Dataset& dataset, std::span<const data::ItemIndex> items)
{
    const auto isOne = [&](data::InteractionIndex interaction) {
        return std::find(items.begin(), items.end(), dataset.item(interaction)) != items.end();
    };
    std::erase_if(context.history, isOne);
    std::erase_if(context.demonstrations, [&](const auto& shown) { return isOne(shown.interaction); });
    for (auto& demonstration : context.demonstrations)
        std::erase_if(demonstration.history, isOne);
}

} // namespace driftscope::simulate
