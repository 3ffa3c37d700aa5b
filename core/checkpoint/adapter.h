// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/modelconfig.h"
#include "core/checkpoint/tensorindex.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::checkpoint {

class MappedFile;
struct AdapterConfig;

/// A low-rank change of one module of the base model: W + scale * up * down, for DoRA with its rows scaled afterwards.
struct AdapterModule {
    std::string name; ///< in the base model: "model.layers.0.self_attn.q_proj"
    bool isEmbedding = false;
    std::int64_t rank = 0;
    double scale = 1;
    std::string down; ///< tensor of the file: [rank, in]; for an embedding [rank, vocabulary]
    std::string up; ///< [out, rank]
    std::string upBias; ///< [out]; empty = none
    std::string magnitude; ///< DoRA's [out]; empty = none
};

/// A tensor of the base model that the adapter replaces as a whole (modules_to_save, trained biases).
struct AdapterReplacement {
    std::string name; ///< in the base model: "lm_head.weight"
    std::string tensor; ///< in the file
    bool isShared = false; ///< of an embedding: a tied head follows it
};

/// What an adapter does to its base model, from headers alone. Source: PEFT 0.18 and 0.21.
struct AdapterDescription {
    enum class Kind : std::uint8_t { Lora, PromptTuning, Unknown };
    Kind kind = Kind::Unknown;
    std::string peftType; ///< PEFT's spelling: "LORA", "P_TUNING", ...
    std::int64_t rank = 0; ///< of LoRA, before rank patterns
    std::vector<std::string> targets; ///< the modules that the config names, or those that its tensors belong to
    std::vector<AdapterModule> modules; ///< sorted by name
    std::vector<AdapterReplacement> replacements; ///< sorted by name
    std::int64_t virtualTokens = 0; ///< before every prompt
};

/// A PEFT adapter folder: adapter_config.json and adapter_model.safetensors. Immutable; threads may share it.
class Adapter
{
public:
    /// Reads the config and the header of the weights.
    ///
    /// @param folder  or the path of its adapter_config.json or adapter_model.safetensors.
    /// @retval ErrorCode::NotFound           a file is missing.
    /// @retval ErrorCode::UnsupportedFormat  the weights are a pickle (adapter_model.bin).
    /// @retval ErrorCode::BadRegex           target_modules or a pattern is no expression that can be used.
    /// Other codes name what is wrong with which file.
    [[nodiscard]] static Result<std::shared_ptr<const Adapter>> open(const std::filesystem::path& folder);
    ~Adapter();

    [[nodiscard]] const AdapterDescription& description() const { return m_description; }
    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    /// Config and weights, for hashing.
    [[nodiscard]] std::vector<std::filesystem::path> files() const;

    /// Everything that does not fit a base model, by name and shape, or that the program cannot apply; empty = it fits.
    [[nodiscard]] std::vector<std::string> misfits(const ModelConfig& base) const;

    /// Header entry of a tensor, or null.
    [[nodiscard]] const TensorEntry* find(std::string_view tensor) const;
    /// A tensor's values as fp32.
    ///
    /// @retval ErrorCode::NotFound   no such tensor.
    /// @retval ErrorCode::Truncated  the file was cut short since it was opened.
    [[nodiscard]] Result<> read(std::string_view tensor, std::span<float> values) const;

private:
    friend class AdapterReader;
    Adapter();

    std::filesystem::path m_folder;
    std::unique_ptr<const AdapterConfig> m_config;
    std::shared_ptr<const MappedFile> m_file;
    std::vector<TensorEntry> m_tensors; ///< sorted by name
    AdapterDescription m_description;
    std::vector<std::string> m_problems; ///< misfits with any base
    std::string m_innerPrefix; ///< what the adapter's module names have before those of the base ("language_model.")
};

/// "a; b; c; and 4 more"
[[nodiscard]] std::string misfitText(const std::vector<std::string>& misfits);

/// What an adapter folder tells from its headers.
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
/// Errors of Adapter::open(). An adapter that does not fit is no error: AdapterCard::fits is false.
[[nodiscard]] Result<AdapterCard> inspectAdapter(const std::filesystem::path& folder, const ModelConfig* base);

} // namespace driftscope::checkpoint
