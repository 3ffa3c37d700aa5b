// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/randomranker.h"

#include "core/base/random.h"

namespace driftscope::baselines {

Result<> RandomRanker::prepare(const data::UserHistory&)
{
    return {};
}

Result<std::vector<double>> RandomRanker::scoreCandidates(const BaselineQuery& query) const
{
    const auto time = static_cast<std::uint64_t>(toUnix(query.moment.time));
    std::vector<double> scores;
    scores.reserve(query.candidates.size());
    for (const data::ItemIndex item : query.candidates)
        scores.push_back(RandomStream(query.seed, "random ranker", {query.moment.user, time, item}).uniform() - 0.5);
    return scores;
}

} // namespace driftscope::baselines
