// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/checkpoint/modelconfig.h"
#include "core/network/linear.h"
#include "core/network/tokensegment.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace driftscope::network {

/// Weights of one layer. Norm weights are fp32, the matrices as the precision asks.
struct LayerWeights {
    at::Tensor attentionNorm; ///< [hidden]
    Linear queryKeyValue; ///< [(heads + 2 keyValueHeads) * headDim, hidden]: one product in place of three
    at::Tensor queryNorm; ///< [headDim] or undefined
    at::Tensor keyNorm; ///< [headDim] or undefined
    Linear output; ///< [hidden, heads * headDim]
    at::Tensor mlpNorm; ///< [hidden]
    Linear gateUp; ///< [2 * intermediate, hidden]: gate rows, then up rows
    Linear down; ///< [hidden, intermediate]
};

/// Weights of a decoder. What differs between families stands in the config, not in classes.
struct DecoderWeights {
    checkpoint::ModelConfig config;
    at::Tensor embedding; ///< [vocabulary, hidden]
    std::vector<LayerWeights> layers;
    at::Tensor finalNorm; ///< fp32 [hidden]
    at::Tensor head; ///< [vocabulary, hidden]; the embedding if tied
    std::vector<float> ropeFrequencies;
    at::ScalarType computeType = at::kFloat; ///< of activations between the norms
};

/// Tokens of many prompts, without padding, as segments that are computed once.
struct PackedBatch {
    std::vector<std::int64_t> tokens; ///< [N]
    std::vector<std::int64_t> positions; ///< [N]
    std::vector<TokenSegment> segments; ///< depth-first, covering all rows
    std::vector<std::int64_t> readRows; ///< rows whose hidden state is wanted
};

/// Runs the decoder over a packed batch.
///
/// @param context  Stop is honoured between layers.
/// @return hidden states of `readRows` after the last norm, fp32 [readRows, hidden].
/// @retval ErrorCode::Cancelled  stop was requested.
/// Throws what libtorch throws: to be called inside guarded().
[[nodiscard]] Result<at::Tensor> runDecoder(const DecoderWeights& weights, const PackedBatch& batch,
                                            const JobContext& context);

/// Bytes that runDecoder() needs beside the weights for a batch of this many tokens, at most.
[[nodiscard]] std::int64_t activationBytes(const checkpoint::ModelConfig& config, std::int64_t tokens);

} // namespace driftscope::network
