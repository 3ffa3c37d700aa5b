// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/modelconfig.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace driftscope::checkpoint {

/// What an adapter folder (PEFT: adapter_config.json and adapter_model.safetensors) tells from its headers.
struct AdapterCard {
    std::string kind; ///< "lora", "prompt-tuning", or PEFT's own name in lower case if the program does not know it
    std::optional<std::int64_t> rank; ///< of LoRA, before rank patterns
    std::vector<std::string> targets; ///< the modules that it names, or those that its tensors belong to
    std::optional<bool> fits; ///< nothing if there is no base model to compare with
    std::string why; ///< one sentence
};

/// Reads an adapter's headers and compares names and shapes with the base model.
///
/// @param base  the model that it should fit, or null.
/// @retval ErrorCode::NotFound           a file is missing.
/// @retval ErrorCode::UnsupportedFormat  the weights are a pickle (adapter_model.bin).
/// Other codes name what is wrong with the file. An adapter that does not fit is no error: AdapterCard::fits is false.
/// Source    PEFT 0.21: names "base_model.model.<module>.lora_A.weight" [r, in] and ".lora_B.weight" [out, r];
///           rank_pattern keys match a whole dotted ending of the module's name.
[[nodiscard]] Result<AdapterCard> inspectAdapter(const std::filesystem::path& folder, const ModelConfig* base);

} // namespace driftscope::checkpoint
