// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/inference/loadedmodel.h"
#include "core/network/decoder.h"
#include "core/network/device.h"
#include "core/tuning/adamw_p.h"
#include "core/tuning/samplebuilder.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace driftscope::tuning {

/// The two matrices that LoRA adds to a module; they stand in TrainableModel::weights too.
struct LoraModule {
    std::string module; ///< "model.layers.3.self_attn.q_proj"
    at::Tensor down; ///< [r, in]
    at::Tensor up; ///< [rows, r]
};

/// A decoder whose weights, or whose LoRA matrices, record gradients.
struct TrainableModel {
    network::DecoderWeights weights; ///< all fp32
    std::vector<Parameter> parameters; ///< those that are trained; they share memory with `weights`
    std::vector<LoraModule> lora; ///< empty in full tuning
    bool recomputesActivations = false; ///< less memory for a third more work; same losses and gradients
};

/// A loaded model made trainable: its weights are copied, so that the loaded one can go.
///
/// LoRA starts as PEFT does: down uniform in +-1/sqrt(in), up zero. The same seed gives the same matrices.
/// @param model  fp32.
/// @retval ErrorCode::UnknownName  the model has no such target module.
[[nodiscard]] Result<TrainableModel> makeTrainable(const inference::LoadedModel& model, const TuningMethod& method,
                                                   std::uint64_t seed);

/// What a new decoder of the plan is called in a config.json.
[[nodiscard]] std::string scratchConfig(const ScratchModel& model, std::int64_t vocabularySize);

/// A new decoder with random weights: normal, deviation 0.02, that of projections into the residual stream divided by
/// sqrt(2 layers); norms are 1. The same seed gives the same weights.
[[nodiscard]] Result<TrainableModel> makeScratchModel(const std::string& configJson, std::uint64_t seed,
                                                      const network::Device& device);

/// Sums of the losses of some samples, in nats, and how many terms they hold.
struct LossSums {
    at::Tensor answers; ///< scalar that records gradients
    at::Tensor text; ///< scalar that records gradients
    std::int64_t answerTerms = 0;
    std::int64_t textTerms = 0;
    std::vector<double> logOdds; ///< of the query of each sample: logit(positive) - logit(negative)
};

/// Runs samples packed without padding and adds up cross entropies over the vocabulary.
///
/// @retval ErrorCode::Cancelled  stop was requested.
/// Throws what libtorch throws: to be called inside guarded().
[[nodiscard]] Result<LossSums> lossOf(const TrainableModel& model, std::span<const TuningSample> samples,
                                      const JobContext& context);

} // namespace driftscope::tuning
