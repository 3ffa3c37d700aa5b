// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/modelconfig.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <vector>

namespace driftscope::network {

/// Angle per position of each pair of dimensions, after the checkpoint's way of stretching.
struct RopeFrequencies {
    std::vector<float> values; ///< [rotated dimensions / 2]
    double attentionFactor = 1; ///< cosines and sines are multiplied by it
};

/// @param config       validated.
/// @param rope         the config's rope or localRope.
/// @param lengthClass  of the prompts: rope.lengthClass().
/// Source    RoFormer (arXiv 2104.09864); linear: arXiv 2306.15595; llama3: Llama 3.1's own code: wavelengths below
///           original / high stay, those above original / low are divided by the factor, between them it is blended;
///           dynamic: "NTK-aware" base that grows with the length; yarn: arXiv 2309.00071; longrope: arXiv 2402.13753.
///           Details (rounding of yarn's range, default attention factors) as in transformers 4.57.
[[nodiscard]] RopeFrequencies ropeFrequencies(const checkpoint::ModelConfig& config, const checkpoint::Rope& rope,
                                              std::int64_t lengthClass = 0);

/// Cosines and sines of the rows of a batch.
struct RopeAngles {
    at::Tensor cosines; ///< fp32 [N, rotated dimensions / 2]
    at::Tensor sines; ///< fp32 [N, rotated dimensions / 2]
};

/// Angles for rows at these positions. Positions times frequencies are fp32 as in transformers.
[[nodiscard]] RopeAngles ropeAngles(const RopeFrequencies& frequencies, std::span<const std::int64_t> positions,
                                    at::Device device);

/// RMSNorm of each query and key head, where the model has it.
struct HeadNorms {
    at::Tensor query; ///< fp32 [headDim] or undefined
    at::Tensor key; ///< fp32 [headDim] or undefined
    double epsilon = 1e-6;
};

/// Normalises (if asked) and rotates the query and key heads of a fused projection; value heads stay.
///
/// @param angles  of the leading dimensions of a head; those after them stay. Undefined tensors = no rotation.
/// Shape   qkv [N, queryHeads + 2 keyHeads, headDim] -> the same; in place where no gradient is recorded.
[[nodiscard]] at::Tensor rotateHeads(at::Tensor qkv, std::int64_t queryHeads, std::int64_t keyHeads,
                                     const RopeAngles& angles, const HeadNorms& norms);

} // namespace driftscope::network
