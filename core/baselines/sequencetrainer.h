// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/ids.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace driftscope::baselines {

/// Following liked items of one user, and interactions that are to be predicted from them.
struct SequenceWindow {
    struct Target {
        std::size_t known = 0; ///< the first so many of `items` came before it
        data::ItemIndex item = 0;
        bool isLiked = false;
    };
    std::vector<data::ItemIndex> items; ///< oldest first
    std::vector<Target> targets;
};

/// What a SASRec is trained with.
struct SequenceTask {
    std::size_t itemCount = 0;
    std::vector<SequenceWindow> windows;
    std::vector<SequenceWindow> heldOut; ///< for the early stop; empty = all passes are made
    std::size_t maxItems = 25; ///< longest window
    std::int64_t dimensions = 64;
    std::int64_t blocks = 2;
    double dropout = 0.2;
    double learningRate = 1e-3;
    double weightDecay = 0; ///< l2, as part of the gradient
    std::int64_t passes = 20; ///< at most, over all windows
    std::int64_t patience = 3; ///< passes without a better AUC of `heldOut` after which it stops
    std::uint64_t seed = 0;
};

/// A trained SASRec. Immutable; threads may share it.
class SequenceModel
{
public:
    virtual ~SequenceModel() = default;
    /// Log-odds of being liked, one a candidate. @param liked  oldest first; at most SequenceTask::maxItems.
    [[nodiscard]] virtual Result<std::vector<double>> score(std::span<const data::ItemIndex> liked,
                                                            std::span<const data::ItemIndex> candidates) const = 0;
};

/// Trains networks over sequences. An interface, so that what only ranks and counts need not load libtorch: the
/// program hands in makeSequenceTrainer(). Threads may share it.
class SequenceTrainer
{
public:
    virtual ~SequenceTrainer() = default;
    /// The same task gives the same model on the same machine.
    ///
    /// @param context  Stop is honoured between batches.
    /// @retval ErrorCode::Cancelled    stop was requested.
    /// @retval ErrorCode::OutOfMemory  the network did not fit.
    [[nodiscard]] virtual Result<std::shared_ptr<const SequenceModel>> train(const SequenceTask& task,
                                                                             const JobContext& context) const = 0;
};

} // namespace driftscope::baselines
