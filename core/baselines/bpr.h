// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/trainedbaseline.h"

namespace driftscope::baselines {

/// How BPR is trained.
struct BprOptions {
    std::int64_t cadenceDays = 7; ///< 0 = once
    std::int64_t dimensions = 32;
    std::int64_t passes = 20; ///< over the interactions that are new at an update
    double learningRate = 0.05;
    double weightDecay = 0.01; ///< a step shrinks a row by learning rate times this
};

/// Matrix factorization for ranking, kept up to date: an interaction that was liked is to stand above an item that the
/// user had not liked, drawn from those seen until then. Each update goes on from the model before with the new
/// interactions only. Scores are for ranking, no log-odds.
///
/// Source    Rendle et al. 2009, BPR (arXiv 1205.2618), with a bias for each item.
class Bpr : public TrainedBaseline
{
public:
    explicit Bpr(const BprOptions& options);

protected:
    [[nodiscard]] Result<std::shared_ptr<const TrainedModel>> fit(const ModelFit& fit,
                                                                  const JobContext& context) const override;
    [[nodiscard]] std::size_t modelBytes(const data::Dataset& dataset) const override;

private:
    BprOptions m_options;
};

} // namespace driftscope::baselines
