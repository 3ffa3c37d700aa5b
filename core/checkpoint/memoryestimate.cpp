// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/memoryestimate.h"

#include "core/checkpoint/tensorplan.h"

#include <algorithm>

namespace driftscope::checkpoint {

namespace {

std::uint64_t toBytes(double bytes)
{
    return static_cast<std::uint64_t>(std::clamp(bytes, 0.0, 9e18));
}

/// Values that one token has alive at the widest point of a layer: residual, norm and output of the hidden size, the
/// query, key and value rows, gate and up rows with their product.
double valuesPerToken(const ModelConfig& config)
{
    const std::int64_t branch = config.branchNorms ? config.hiddenSize : 0; // normalised before it is added
    return static_cast<double>(4 * config.hiddenSize + branch
                               + (2 * config.heads + 2 * config.keyValueHeads) * config.headDim
                               + 3 * config.intermediateSize);
}

} // namespace

MemoryEstimate estimateMemory(const ModelConfig& config, const MemoryRequest& request)
{
    using Estimate = MemoryEstimate;
    Estimate estimate;
    const std::int64_t historyTokens = request.history * Estimate::tokensPerTitle;
    estimate.prefixTokens = Estimate::headerTokens
        + request.demonstrations * (historyTokens + Estimate::tokensPerTitle + Estimate::tokensPerBlock) + historyTokens
        + Estimate::tokensPerBlock / 2;
    estimate.suffixTokens = Estimate::tokensPerTitle + Estimate::tokensPerBlock / 2;
    const double width = request.isHalfPrecision ? 2 : 4;
    const auto suffixTokens = static_cast<double>(request.candidates) * static_cast<double>(estimate.suffixTokens);
    const auto prefixTokens = static_cast<double>(estimate.prefixTokens);
    const double weights = static_cast<double>(parameterCount(config)) * width;
    const double keyValues = 2.0 * static_cast<double>(config.layers)
        * static_cast<double>(config.keyValueHeads * config.headDim) * width * (prefixTokens + suffixTokens);
    const double activations = valuesPerToken(config) * width * std::max(prefixTokens, suffixTokens);
    // A tensor that is stored in another type is widened to fp32 on its way.
    const double loading = 4.0 * static_cast<double>(config.vocabularySize) * static_cast<double>(config.hiddenSize);
    estimate.weightsBytes = toBytes(weights);
    estimate.keyValueBytes = toBytes(keyValues);
    estimate.peakBytes = toBytes(weights + std::max(keyValues + activations, request.isHalfPrecision ? loading : 0.0));
    return estimate;
}

} // namespace driftscope::checkpoint
