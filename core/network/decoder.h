// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/checkpoint/modelconfig.h"
#include "core/network/kvcache.h"
#include "core/network/linear.h"
#include "core/network/tokensegment.h"

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace driftscope::network {

/// Weights of one layer. Norm weights are fp32, the matrices as the precision asks.
struct LayerWeights {
    at::Tensor attentionNorm; ///< [hidden]
    at::Tensor attentionOutputNorm; ///< [hidden], of what attention adds; undefined = none
    Linear queryKeyValue; ///< [(heads + 2 keyValueHeads) * headDim, hidden]: one product in place of three
    at::Tensor queryNorm; ///< [headDim] or undefined
    at::Tensor keyNorm; ///< [headDim] or undefined
    Linear output; ///< [hidden, heads * headDim]
    at::Tensor mlpNorm; ///< [hidden]
    at::Tensor mlpOutputNorm; ///< [hidden], of what the MLP adds; undefined = none
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
    at::ScalarType computeType = at::kFloat; ///< of activations between the norms
    std::vector<LowRank> embeddingChanges {}; ///< fp32; down [r, vocabulary], up [hidden, r]
    std::vector<LowRank> headChanges {}; ///< fp32; of all rows
    at::Tensor prompt {}; ///< of virtual tokens, whose ids begin at the vocabulary's size; see AdapterWeights::prompt
};

/// Tokens of many prompts, without padding, as segments that are computed once.
struct PackedBatch {
    std::vector<std::int64_t> tokens; ///< [N]
    std::vector<std::int64_t> positions; ///< [N]
    std::vector<TokenSegment> segments; ///< depth-first, covering all rows
    std::vector<std::int64_t> readRows; ///< rows whose hidden state is wanted
    /// checkpoint::Rope::lengthClass() of all its prompts; those of different classes may not be in one batch.
    std::int64_t lengthClass = 0;
    std::vector<KvChain> cached {}; ///< what segments without rows stand for
    std::vector<std::size_t> kept {}; ///< segments whose keys and values are wanted
};

/// Runs the decoder over a packed batch.
///
/// @param context  Stop is honoured between layers.
/// @return hidden states of `readRows` after the last norm, fp32 [readRows, hidden].
/// @retval ErrorCode::Cancelled  stop was requested.
/// Throws what libtorch throws: to be called inside guarded().
[[nodiscard]] Result<at::Tensor> runDecoder(const DecoderWeights& weights, const PackedBatch& batch,
                                            const JobContext& context);

/// What a pass of the decoder gives.
struct DecoderRun {
    at::Tensor hidden; ///< as runDecoder() returns it
    std::vector<std::shared_ptr<const KvPiece>> kept; ///< in the order of PackedBatch::kept
};

/// runDecoder() that also gives the keys and values of the segments `kept`, as copies.
[[nodiscard]] Result<DecoderRun> runDecoderKeeping(const DecoderWeights& weights, const PackedBatch& batch,
                                                   const JobContext& context);

/// Bytes that runDecoder() needs beside the weights for a batch of this many tokens, at most.
[[nodiscard]] std::int64_t activationBytes(const checkpoint::ModelConfig& config, std::int64_t tokens);

} // namespace driftscope::network
