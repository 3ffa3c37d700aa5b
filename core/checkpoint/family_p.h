// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace driftscope::checkpoint {

/// What the configuration class of a family assumes when a field of config.json is missing. Source: transformers 4.57.
struct Family {
    std::string_view name; ///< ModelConfig::architecture, model_type
    std::string_view alias; ///< another model_type; empty = none
    std::array<std::string_view, 2> classNames; ///< in "architectures"
    std::int64_t contextLength;
    double rmsNormEpsilon;
    double ropeTheta;
    std::int64_t keyValueHeads; ///< 0 = as many as heads
    std::int64_t headDim; ///< 0 = hidden size / heads
    bool isTied;
    bool usesAttentionBias; ///< attention_bias counts: biases of q, k, v and o
    bool usesMlpBias; ///< mlp_bias counts
    bool isGemma; ///< scaled embeddings, norms stored - 1, tanh GELU

    [[nodiscard]] bool isNamed(std::string_view type) const
    {
        return !type.empty() && (type == name || type == alias || type == classNames[0] || type == classNames[1]);
    }
};

/// The family of a model_type or class name, or null.
[[nodiscard]] const Family* findFamily(std::string_view typeOrClass);

} // namespace driftscope::checkpoint
