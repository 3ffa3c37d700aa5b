// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/modelconfig.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <vector>

namespace driftscope::network {

/// Angle per position of each pair of dimensions, after the checkpoint's way of stretching. [headDim / 2]
///
/// @retval ErrorCode::UnsupportedFormat  a scaling that is not supported (yarn).
/// Source    RoFormer (arXiv 2104.09864); linear: arXiv 2306.15595; llama3: Llama 3.1's own code: wavelengths below
///           original / high stay, those above original / low are divided by the factor, between them it is blended.
[[nodiscard]] Result<std::vector<float>> ropeFrequencies(const checkpoint::ModelConfig& config);

/// Cosines and sines of the rows of a batch.
struct RopeAngles {
    at::Tensor cosines; ///< fp32 [N, headDim / 2]
    at::Tensor sines; ///< fp32 [N, headDim / 2]
};

/// Angles for rows at these positions. Positions times frequencies are fp32 as in transformers.
[[nodiscard]] RopeAngles ropeAngles(std::span<const float> frequencies, std::span<const std::int64_t> positions,
                                    at::Device device);

/// RMSNorm of each query and key head, where the model has it.
struct HeadNorms {
    at::Tensor query; ///< fp32 [headDim] or undefined
    at::Tensor key; ///< fp32 [headDim] or undefined
    double epsilon = 1e-6;
};

/// Normalises (if asked) and rotates the query and key heads of a fused projection; value heads stay.
///
/// Shape   qkv [N, queryHeads + 2 keyHeads, headDim] -> the same; in place where no gradient is recorded.
[[nodiscard]] at::Tensor rotateHeads(at::Tensor qkv, std::int64_t queryHeads, std::int64_t keyHeads,
                                     const RopeAngles& angles, const HeadNorms& norms);

} // namespace driftscope::network
