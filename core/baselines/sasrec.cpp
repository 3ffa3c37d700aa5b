// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/sasrec.h"

#include "core/baselines/passes_p.h"

#include <algorithm>
#include <map>

namespace driftscope::baselines {

namespace {

using data::InteractionIndex;
using data::ItemIndex;

class SasRecModel : public TrainedModel
{
public:
    SasRecModel(std::shared_ptr<const SequenceModel> network, std::size_t maxItems)
        : m_network(std::move(network))
        , m_maxItems(maxItems)
    {
    }

    Result<std::vector<double>> score(const data::UserHistory& history, const BaselineQuery& query) const override
    {
        if (!m_network)
            return std::vector<double>(query.candidates.size(), 0.0);
        std::vector<ItemIndex> liked;
        for (const InteractionIndex i : history.likedBefore(query.moment, m_maxItems, query.lag))
            liked.push_back(history.dataset().item(i));
        return m_network->score(liked, query.candidates);
    }

private:
    std::shared_ptr<const SequenceModel> m_network; ///< null = there was nothing to learn from
    std::size_t m_maxItems;
};

/// The windows of one user.
class UserWindows
{
public:
    UserWindows(const data::UserHistory& history, data::UserIndex user, std::size_t maxItems)
        : m_history(history)
        , m_own(history.dataset().ofUser(user))
        , m_maxItems(maxItems)
        , m_step(std::max<std::size_t>(1, maxItems / 2))
    {
    }

    void addTargets(InteractionIndex begin, InteractionIndex end)
    {
        const auto& dataset = m_history.dataset();
        std::size_t passed = 0; // of m_own, those in m_liked if they were liked
        for (const InteractionIndex i : m_own) {
            if (i >= end)
                break;
            // Likes of the target's own second are not known to it.
            for (; dataset.time(m_own[passed]) < dataset.time(i); ++passed)
                if (m_history.isLiked(m_own[passed]))
                    m_liked.push_back(dataset.item(m_own[passed]));
            if (i >= begin)
                add({.known = m_liked.size(), .item = dataset.item(i), .isLiked = m_history.isLiked(i)});
        }
    }

    [[nodiscard]] std::map<std::size_t, SequenceWindow>& windows() { return m_windows; }

private:
    void add(SequenceWindow::Target target)
    {
        const std::size_t beyond = target.known > m_maxItems ? target.known - m_maxItems : 0;
        const std::size_t first = (beyond + m_step - 1) / m_step * m_step;
        target.known -= first;
        SequenceWindow& window = m_windows[first];
        for (std::size_t at = first + window.items.size(); at < first + target.known; ++at)
            window.items.push_back(m_liked[at]);
        window.targets.push_back(target);
    }

    const data::UserHistory& m_history;
    std::span<const InteractionIndex> m_own;
    std::size_t m_maxItems;
    std::size_t m_step; ///< likes between the beginnings of two windows
    std::vector<ItemIndex> m_liked;
    std::map<std::size_t, SequenceWindow> m_windows; ///< by position of the first item in m_liked
};

} // namespace

std::vector<SequenceWindow> windowsOf(const data::UserHistory& history, InteractionIndex begin, InteractionIndex end,
                                      std::size_t maxItems)
{
    std::vector<SequenceWindow> windows;
    for (data::UserIndex user = 0; user < history.dataset().userCount(); ++user) {
        UserWindows own(history, user, maxItems);
        own.addTargets(begin, end);
        for (auto& [first, window] : own.windows())
            windows.push_back(std::move(window));
    }
    return windows;
}

SasRec::SasRec(const SasRecOptions& options)
    : TrainedBaseline(options.cadenceDays, Updates::StartAnew)
    , m_options(options)
{
}

Result<std::vector<DueUpdate>> SasRec::train(const TrainingRequest& request, const JobContext& context)
{
    if (!request.sequences)
        return fail(ErrorCode::BadArgument,
                    "SASRec is a network, and libtorch, which trains it, is not loaded; load a model first, or choose"
                    " another scorer.");
    return TrainedBaseline::train(request, context);
}

Result<std::shared_ptr<const TrainedModel>> SasRec::fit(const ModelFit& fit, const JobContext& context) const
{
    const auto& dataset = fit.history.dataset();
    const auto maxItems = static_cast<std::size_t>(m_options.maxItems);
    const InteractionIndex heldOut = heldOutFrom(dataset, fit.end, fit.time, m_options.heldOutDays);
    SequenceTask task {.itemCount = dataset.itemCount(),
                       .windows = windowsOf(fit.history, 0, heldOut, maxItems),
                       .heldOut = windowsOf(fit.history, heldOut, fit.end, maxItems),
                       .maxItems = maxItems,
                       .dimensions = m_options.dimensions,
                       .blocks = m_options.blocks,
                       .dropout = m_options.dropout,
                       .learningRate = m_options.learningRate,
                       .weightDecay = m_options.weightDecay,
                       .passes = m_options.passes,
                       .patience = m_options.patience,
                       .seed = fit.seed};
    std::shared_ptr<const SequenceModel> network;
    if (!task.windows.empty()) {
        DRIFTSCOPE_TRY(network, fit.sequences->train(task, context));
    }
    return std::make_shared<const SasRecModel>(std::move(network), maxItems);
}

std::size_t SasRec::modelBytes(const data::Dataset& dataset) const
{
    return (dataset.itemCount() + 1) * (static_cast<std::size_t>(m_options.dimensions) + 1) * sizeof(float);
}

} // namespace driftscope::baselines
