// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/trainedbaseline.h"

#include "core/baselines/knownuntil_p.h"

#include <algorithm>
#include <chrono>

namespace driftscope::baselines {

namespace {

constexpr std::size_t largestModelBytes = std::size_t {2} << 30U; // of all updates of an arm together

data::InteractionIndex firstNotBefore(const data::Dataset& dataset, SimTime time)
{
    data::InteractionIndex low = 0;
    auto high = static_cast<data::InteractionIndex>(dataset.size());
    while (low < high) {
        const data::InteractionIndex middle = low + (high - low) / 2;
        if (dataset.time(middle) < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

} // namespace

TrainedBaseline::TrainedBaseline(std::int64_t cadenceDays, Updates updates)
    : m_cadenceDays(cadenceDays)
    , m_updates(updates)
{
}

Result<> TrainedBaseline::prepare(const data::UserHistory& history)
{
    m_history = history;
    m_models.clear();
    return {};
}

std::int64_t TrainedBaseline::updateAt(SimTime time) const
{
    if (m_cadenceDays <= 0)
        return 0;
    return (time - m_first) / std::chrono::days(m_cadenceDays);
}

SimTime TrainedBaseline::timeOf(std::int64_t update) const
{
    return m_first + update * std::chrono::days(m_cadenceDays);
}

/// Also sets where the updates begin.
Result<TrainedBaseline::Plan> TrainedBaseline::plan(const TrainingRequest& request)
{
    Plan made;
    std::vector<SimTime> known;
    for (const auto& moment : request.moments)
        known.push_back(knownUntil(*m_history, moment, request.lag));
    if (known.empty())
        return made;
    m_first = *std::min_element(known.begin(), known.end());
    for (std::size_t i = 0; i < known.size(); ++i) {
        made.firstUse.emplace(updateAt(known[i]), i);
        if (request.isOpen.empty() || request.isOpen[i])
            made.open.insert(updateAt(known[i]));
    }
    const std::size_t bytes = made.open.size() * modelBytes(m_history->dataset());
    if (bytes > largestModelBytes)
        return fail(ErrorCode::TooLarge,
                    std::to_string(made.open.size()) + " updates every " + std::to_string(m_cadenceDays)
                        + " days would take " + std::to_string(bytes / 1'000'000)
                        + " MB of memory; choose a longer cadenceDays.");
    return made;
}

Result<std::vector<DueUpdate>> TrainedBaseline::train(const TrainingRequest& request, const JobContext& context)
{
    DRIFTSCOPE_TRY(const Plan planned, plan(request));
    std::vector<DueUpdate> due;
    if (planned.open.empty())
        return due;
    const auto& dataset = m_history->dataset();
    const std::int64_t last = *planned.open.rbegin();
    std::shared_ptr<const TrainedModel> previous;
    data::InteractionIndex begin = 0;
    for (std::int64_t update = 0; update <= last; ++update) {
        const bool isOpen = planned.open.contains(update);
        if (m_updates == Updates::StartAnew && !isOpen)
            continue;
        context.report({.done = update, .total = last + 1, .stage = "train baseline"});
        const ModelFit step {.history = *m_history,
                             .time = timeOf(update),
                             .begin = begin,
                             .end = firstNotBefore(dataset, timeOf(update)),
                             .previous = previous.get(),
                             .seed = request.seed,
                             .sequences = request.sequences};
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Stopped while a baseline was trained.");
        const auto start = std::chrono::steady_clock::now();
        DRIFTSCOPE_TRY(auto model, fit(step, context));
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        const auto interactions = static_cast<std::int64_t>(step.end - begin);
        due.push_back({{step.time, seconds, interactions}, planned.firstUse.lower_bound(update)->second});
        if (isOpen)
            m_models[update] = model;
        if (m_updates == Updates::GoOn) {
            previous = std::move(model);
            begin = step.end;
        }
    }
    return due;
}

Result<std::vector<double>> TrainedBaseline::scoreCandidates(const BaselineQuery& query) const
{
    const SimTime known = knownUntil(*m_history, query.moment, query.lag);
    const auto model = m_models.empty() || known < m_first ? m_models.end() : m_models.find(updateAt(known));
    if (model == m_models.end())
        return fail(ErrorCode::BadArgument, "the baseline was not trained for this moment.");
    return model->second->score(*m_history, query);
}

} // namespace driftscope::baselines
