// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/batches_p.h"

#include <algorithm>

namespace driftscope::simulate {

namespace {

// Rough sizes of our own templates in tokens.
constexpr std::int64_t headerTokens = 40;
constexpr std::int64_t demonstrationTokens = 40;
constexpr std::int64_t historyItemTokens = 8;
constexpr std::int64_t candidateTokens = 24;

std::int64_t demonstrationCount(const Arm& arm)
{
    const auto k = arm.selectorParameters.find("k");
    if (k == arm.selectorParameters.end())
        return 0;
    const auto* count = std::get_if<std::int64_t>(&k->second);
    return count ? *count : 0;
}

} // namespace

std::int64_t estimatedTokens(const Experiment& experiment, const Query& query, const Arm& arm)
{
    if (!arm.isModel())
        return query.isLiked ? experiment.candidates.count : 1; // no tokens; but a batch must not become endless
    const std::int64_t history = std::min(arm.history.maxItems, query.eventIndex) * historyItemTokens;
    const std::int64_t demonstrations = std::min(demonstrationCount(arm), query.eventIndex);
    const std::int64_t candidates = query.isLiked ? experiment.candidates.count : 1;
    const std::int64_t contexts = arm.contextFor == ContextFor::Candidate ? candidates : 1;
    const std::int64_t contentFree = arm.calibration == Calibration::Contextual ? contexts : 0;
    return contexts * (headerTokens + demonstrations * (demonstrationTokens + history) + history)
        + (candidates + contentFree) * candidateTokens;
}

std::vector<Batch> planBatches(const PreparedExperiment& prepared, std::int64_t batchTokens)
{
    std::vector<Batch> batches;
    std::int64_t filled = 0;
    for (const auto& query : prepared.queries) {
        std::int64_t needed = 0;
        for (const auto& arm : prepared.experiment.arms)
            needed += estimatedTokens(prepared.experiment, query, arm);
        if (batches.empty() || filled + needed > batchTokens) {
            batches.emplace_back();
            filled = 0;
        }
        filled += needed;
        for (std::uint32_t arm = 0; arm < prepared.experiment.arms.size(); ++arm)
            batches.back().push_back({query.index, arm});
    }
    return batches;
}

} // namespace driftscope::simulate
