// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/sequencetrainer.h"
#include "core/baselines/trainedbaseline.h"

namespace driftscope::baselines {

/// How a SASRec is trained.
struct SasRecOptions {
    std::int64_t cadenceDays = 90; ///< 0 = once
    std::int64_t maxItems = 25;
    std::int64_t dimensions = 64;
    std::int64_t blocks = 2;
    double dropout = 0.2;
    std::int64_t passes = 20;
    double learningRate = 1e-3;
    double weightDecay = 0;
    std::int64_t heldOutDays = 0; ///< newest days before an update that only stop the training early; 0 = none
    std::int64_t patience = 5;
};

/// Self-attention over the last items that the user liked, scored pointwise: the last state against the target, trained
/// by binary cross entropy over liked and disliked interactions, anew at each update. A query shows the network the
/// likes up to its own moment, later ones than the update too.
///
/// Source    Kang, McAuley 2018 (arXiv 1808.09781), as the SASRec baseline of RecICL (recicl.md section 9); it differs
/// in that an item has a bias, and that one window of a user's likes serves the targets after each of its items.
class SasRec : public TrainedBaseline
{
public:
    explicit SasRec(const SasRecOptions& options);
    /// Also
    /// @retval ErrorCode::BadArgument  request.sequences is null: the network needs libtorch.
    [[nodiscard]] Result<std::vector<DueUpdate>> train(const TrainingRequest& request,
                                                       const JobContext& context) override;

protected:
    [[nodiscard]] Result<std::shared_ptr<const TrainedModel>> fit(const ModelFit& fit,
                                                                  const JobContext& context) const override;
    [[nodiscard]] std::size_t modelBytes(const data::Dataset& dataset) const override;

private:
    SasRecOptions m_options;
};

/// Windows that together predict the interactions [begin, end), each from at most `maxItems` likes strictly before it
/// and, where there are as many, from at least half of that.
[[nodiscard]] std::vector<SequenceWindow> windowsOf(const data::UserHistory& history, data::InteractionIndex begin,
                                                    data::InteractionIndex end, std::size_t maxItems);

} // namespace driftscope::baselines
