// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/gguf.h"
#include "core/checkpoint/modelconfig.h"

#include <optional>
#include <string>
#include <string_view>

namespace driftscope::checkpoint {

/// The decoder that a GGUF file describes: sizes from its metadata; biases and tied embeddings from the tensors that
/// are there; the rotary divisors of rope_freqs.weight.
///
/// @retval ErrorCode::MissingField, WrongType     general.architecture or a size of it is not there or no number.
/// @retval ErrorCode::UnknownArchitecture         a family that the program cannot run.
/// @retval ErrorCode::UnknownType                 a rotary scaling that is not known.
/// @retval ErrorCode::BadValue, Inconsistent, TooLarge, Truncated  as their names say.
[[nodiscard]] Result<ModelConfig> ggufModelConfig(const GgufFile& gguf);

/// "model.layers.3.self_attn.q_proj.weight" of "blk.3.attn_q.weight"; nothing for tensors that have no counterpart.
///
/// @param config  of the file: with branch norms and fused projections some names mean other tensors.
[[nodiscard]] std::optional<std::string> huggingFaceName(std::string_view ggufName, const ModelConfig& config);

} // namespace driftscope::checkpoint
