// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/modelconfig.h"
#include "core/checkpoint/tensorindex.h"

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope::checkpoint {

/// A tensor that a decoder needs, under its Hugging Face name.
struct PlannedTensor {
    std::string name;
    std::vector<std::int64_t> shape;
};

/// All tensors that a decoder of this config is made of (without lm_head.weight if the embeddings are tied).
///
/// @param config  validated; otherwise the sizes may overflow.
[[nodiscard]] std::vector<PlannedTensor> plannedTensors(const ModelConfig& config);

/// Number of values in all planned tensors.
[[nodiscard]] std::int64_t parameterCount(const ModelConfig& config);

/// Checks that every planned tensor is there with its shape.
///
/// @param tensors  sorted by name.
/// @retval ErrorCode::MissingField   some are missing; the message names the first few.
/// @retval ErrorCode::Inconsistent   some have another shape than the config says; the message names the first few.
/// @retval ErrorCode::UnknownDtype   some are stored as a type that cannot be widened.
[[nodiscard]] Result<> checkTensors(const ModelConfig& config, const std::vector<TensorEntry>& tensors,
                                    std::string_view origin);

/// "[576, 1536]"
[[nodiscard]] std::string shapeText(const std::vector<std::int64_t>& shape);

} // namespace driftscope::checkpoint
