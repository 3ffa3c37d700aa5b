// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/baselines/modelupdate.h"
#include "core/data/userhistory.h"

#include <cstdint>
#include <span>
#include <vector>

/// The baselines folder ranks candidates without a language model: recommenders to compare with, and the ceiling and
/// floor of every curve.
namespace driftscope::baselines {

class SequenceTrainer;

/// What to rank, and what may be looked at for it.
struct BaselineQuery {
    data::Moment moment;
    data::Lag lag; ///< how stale the arm's context is
    std::span<const data::ItemIndex> candidates;
    std::uint64_t seed = 0; ///< of the experiment
};

/// What a baseline is going to be asked, so that it can make its models beforehand.
struct TrainingRequest {
    std::span<const data::Moment> moments; ///< of all queries of the experiment, answered or not
    std::vector<bool> isOpen {}; ///< of each moment: it will be asked; empty = all
    data::Lag lag {};
    std::uint64_t seed = 0;
    const SequenceTrainer* sequences = nullptr; ///< null = the program has none
};

/// An update, and the first of all moments, open or not, that cannot be answered without it.
struct DueUpdate {
    ModelUpdate update;
    std::size_t moment = 0; ///< position in TrainingRequest::moments
};

/// Scores candidates at a moment from what happened strictly before it. Only those that know the planted truth look at
/// more; see knowsTruth().
class Baseline
{
public:
    virtual ~Baseline() = default;

    /// Called once, before all else. @param history  kept; cheap to copy.
    ///
    /// @retval ErrorCode::Inconsistent  the data lack what the baseline needs; the message says what.
    [[nodiscard]] virtual Result<> prepare(const data::UserHistory& history) = 0;

    /// Makes the models of the open moments. Called once, before the first query; most baselines have none.
    ///
    /// @param context  Stop is honoured within an update; progress counts updates, stage "train baseline".
    /// @return what it cost, in time order.
    /// @retval ErrorCode::Cancelled    stop was requested.
    /// @retval ErrorCode::BadArgument  the baseline needs request.sequences, and there is none.
    /// @retval ErrorCode::TooLarge     the models of all updates together take too much memory.
    [[nodiscard]] virtual Result<std::vector<DueUpdate>> train(const TrainingRequest& /*request*/,
                                                               const JobContext& /*context*/)
    {
        return {};
    }

    /// One score a candidate, in their order: higher = more liked; log-odds of being liked where the baseline has them.
    ///
    /// Depends on the query and, where there are models, on the moments of TrainingRequest; never on queries before it.
    /// Threads may share a prepared and trained baseline.
    /// @retval ErrorCode::BadArgument  the moment was not open in train().
    [[nodiscard]] virtual Result<std::vector<double>> scoreCandidates(const BaselineQuery& query) const = 0;
};

} // namespace driftscope::baselines
