// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/namepattern.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace driftscope::checkpoint {

/// A choice of modules: a list of names or dotted endings, or one expression for the whole name.
struct ModuleChoice {
    std::vector<std::string> names; ///< as the config writes them; the expression itself if it is one
    std::optional<NamePattern> pattern;

    [[nodiscard]] bool isEmpty() const { return names.empty(); }
    [[nodiscard]] bool has(std::string_view module) const;
};

/// adapter_config.json, as far as the program understands it. Unknown keys mean nothing to it.
struct AdapterConfig {
    std::string type; ///< PEFT's spelling: "LORA", "PROMPT_TUNING", ...
    std::int64_t rank = 8;
    double alpha = 8;
    bool rootScaling = false; ///< use_rslora
    bool dora = false;
    std::int64_t virtualTokens = 0;
    ModuleChoice targets; ///< empty = those that have tensors
    bool allLinear = false; ///< target_modules is "all-linear"
    ModuleChoice excluded;
    std::vector<std::int64_t> layers; ///< layers_to_transform; empty = all
    std::vector<NamePattern> layersPatterns; ///< what stands up to the layer's number, "model.layers"
    std::vector<std::string> savedModules; ///< modules_to_save
    std::vector<std::pair<NamePattern, double>> ranks; ///< rank_pattern in the file's order
    std::vector<std::pair<NamePattern, double>> alphas; ///< alpha_pattern in the file's order
    std::vector<std::string> unsupported; ///< features that change the numbers and that the program lacks

    /// @retval ErrorCode::NotFound, BadJson, MissingField, WrongType, BadValue, BadRegex, TooLarge.
    [[nodiscard]] static Result<AdapterConfig> read(const std::filesystem::path& file);

    /// Rank of a module after rank_pattern.
    [[nodiscard]] std::int64_t rankOf(std::string_view module) const;
    /// Factor of a module's change: alpha / rank, or alpha / sqrt(rank) with use_rslora, after both patterns.
    [[nodiscard]] double scaleOf(std::string_view module) const;
    /// True if PEFT would put a low-rank change on this linear module or embedding.
    [[nodiscard]] bool isTarget(std::string_view module) const;

private:
    [[nodiscard]] bool isInLayers(std::string_view module) const;
};

} // namespace driftscope::checkpoint
