// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/bpr.h"

#include "core/base/random.h"
#include "core/baselines/factors_p.h"

#include <algorithm>
#include <cmath>

namespace driftscope::baselines {

namespace {

using data::InteractionIndex;
using data::ItemIndex;
using data::UserIndex;

// Draws of an item that was not liked before a pair is given up: a user may have liked nearly all.
constexpr int mostDraws = 20;

/// The items of the dataset that were seen strictly before a time, in the order of their numbers.
std::vector<ItemIndex> itemsSeenBefore(const data::Dataset& dataset, SimTime time)
{
    std::vector<ItemIndex> items;
    for (ItemIndex item = 0; item < dataset.itemCount(); ++item)
        if (const auto seen = dataset.firstSeen(item); seen && *seen < time)
            items.push_back(item);
    return items;
}

/// What each user liked in [0, end).
std::vector<std::vector<ItemIndex>> likedItems(const data::UserHistory& history, InteractionIndex end)
{
    std::vector<std::vector<ItemIndex>> liked(history.dataset().userCount());
    for (InteractionIndex i = 0; i < end; ++i)
        if (history.isLiked(i))
            liked[history.dataset().user(i)].push_back(history.dataset().item(i));
    for (auto& items : liked)
        std::sort(items.begin(), items.end());
    return liked;
}

/// Trains by stochastic gradient steps over pairs.
class PairLearner
{
public:
    PairLearner(const ModelFit& fit, const BprOptions& options, Factors factors)
        : m_fit(fit)
        , m_options(options)
        , m_factors(std::move(factors))
        , m_seen(itemsSeenBefore(fit.history.dataset(), fit.time))
        , m_liked(likedItems(fit.history, fit.end))
        , m_stream(fit.seed, "bpr", {static_cast<std::uint64_t>(toUnix(fit.time))})
    {
        for (InteractionIndex i = fit.begin; i < fit.end; ++i)
            if (fit.history.isLiked(i))
                m_order.push_back(i);
    }

    [[nodiscard]] Result<> run(const JobContext& context)
    {
        constexpr std::size_t stopEvery = 1024;
        for (std::int64_t pass = 0; pass < m_options.passes; ++pass) {
            m_stream.shuffle(m_order);
            for (std::size_t i = 0; i < m_order.size(); ++i) {
                if (i % stopEvery == 0 && context.isStopped())
                    return fail(ErrorCode::Cancelled, "Stopped while BPR was trained.");
                step(m_fit.history.dataset().user(m_order[i]), m_fit.history.dataset().item(m_order[i]));
            }
        }
        return {};
    }

    [[nodiscard]] Factors take() { return std::move(m_factors); }

private:
    std::optional<ItemIndex> drawOther(UserIndex user)
    {
        for (int draw = 0; draw < mostDraws; ++draw) {
            const ItemIndex item = m_seen[m_stream.index(m_seen.size())];
            if (!std::binary_search(m_liked[user].begin(), m_liked[user].end(), item))
                return item;
        }
        return {};
    }

    void step(UserIndex user, ItemIndex liked)
    {
        const auto other = drawOther(user);
        if (!other)
            return;
        m_factors.users.meet(user, m_fit.seed, "bpr user");
        m_factors.items.meet(liked, m_fit.seed, "bpr item");
        m_factors.items.meet(*other, m_fit.seed, "bpr item");
        const double margin = m_factors.score(user, liked) - m_factors.score(user, *other);
        const auto slope = static_cast<float>(m_options.learningRate / (1 + std::exp(margin)));
        const auto shrink = static_cast<float>(m_options.learningRate * m_options.weightDecay);
        const auto u = m_factors.users.row(user);
        const auto a = m_factors.items.row(liked);
        const auto b = m_factors.items.row(*other);
        for (std::size_t i = 0; i + 1 < u.size(); ++i) {
            const float before = u[i];
            u[i] += slope * (a[i] - b[i]) - shrink * u[i];
            a[i] += slope * before - shrink * a[i];
            b[i] -= slope * before + shrink * b[i];
        }
        a.back() += slope - shrink * a.back();
        b.back() -= slope + shrink * b.back();
    }

    const ModelFit& m_fit;
    const BprOptions& m_options;
    Factors m_factors;
    std::vector<ItemIndex> m_seen;
    std::vector<std::vector<ItemIndex>> m_liked; ///< [users] sorted
    std::vector<InteractionIndex> m_order;
    RandomStream m_stream;
};

} // namespace

Bpr::Bpr(const BprOptions& options)
    : TrainedBaseline(options.cadenceDays, Updates::GoOn)
    , m_options(options)
{
}

Result<std::shared_ptr<const TrainedModel>> Bpr::fit(const ModelFit& fit, const JobContext& context) const
{
    const auto* before = static_cast<const FactorModel*>(fit.previous);
    PairLearner learner(fit, m_options,
                        before ? before->factors() : Factors(fit.history.dataset(), m_options.dimensions));
    DRIFTSCOPE_CHECK(learner.run(context));
    return std::make_shared<const FactorModel>(learner.take());
}

std::size_t Bpr::modelBytes(const data::Dataset& dataset) const
{
    return Factors::bytes(dataset, m_options.dimensions);
}

} // namespace driftscope::baselines
