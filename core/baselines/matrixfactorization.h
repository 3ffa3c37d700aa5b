// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/trainedbaseline.h"

namespace driftscope::baselines {

/// How matrix factorization is trained.
struct FactorOptions {
    std::int64_t cadenceDays = 30; ///< 0 = once
    std::int64_t dimensions = 32;
    std::int64_t passes = 20; ///< over the training rows, at most
    double learningRate = 1e-3;
    double weightDecay = 1e-4;
    std::int64_t heldOutDays = 0; ///< newest days before an update that only stop the training early; 0 = none
    std::int64_t patience = 10; ///< passes without a better AUC of what is held out
};

/// Pointwise matrix factorization: log-odds of being liked = bias + bias of user + bias of item + dot product, trained
/// by binary cross entropy over liked and disliked interactions, anew at each update.
///
/// Source    the MF baseline of RecICL (recicl.md section 9), Adam (arXiv 1412.6980); it differs in that the biases are
/// there always, and moments and decay of a row move only when a batch meets it.
class MatrixFactorization : public TrainedBaseline
{
public:
    explicit MatrixFactorization(const FactorOptions& options);

protected:
    [[nodiscard]] Result<std::shared_ptr<const TrainedModel>> fit(const ModelFit& fit,
                                                                  const JobContext& context) const override;
    [[nodiscard]] std::size_t modelBytes(const data::Dataset& dataset) const override;

private:
    FactorOptions m_options;
};

} // namespace driftscope::baselines
