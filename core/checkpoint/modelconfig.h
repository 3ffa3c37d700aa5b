// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The checkpoint folder reads what a checkpoint is from its headers, without torch and before anything is loaded.
namespace driftscope::checkpoint {

/// Rotary position embedding: base and how it is stretched for long contexts.
struct Rope {
    enum class Scaling : std::uint8_t { None, Linear, Dynamic, Llama3, Yarn };
    double theta = 10'000;
    Scaling scaling = Scaling::None;
    double factor = 1;
    double lowFreqFactor = 1; ///< llama3
    double highFreqFactor = 4; ///< llama3
    std::int64_t originalContext = 0; ///< llama3, yarn, dynamic
    double betaFast = 32; ///< yarn
    double betaSlow = 1; ///< yarn
    std::optional<double> attentionFactor; ///< yarn
    /// GGUF's rope_freqs.weight: each inverse frequency is divided by its entry; empty = none. [headDim / 2]
    std::vector<float> frequencyDivisors;
};

enum class Activation : std::uint8_t { Silu, GeluTanh, Gelu };

/// What a decoder needs to know to run a checkpoint: differences between families are data here, not classes.
struct ModelConfig {
    std::string architecture; ///< "llama", "mistral", "qwen2", ... (model_type or general.architecture)
    std::int64_t vocabularySize = 0;
    std::int64_t hiddenSize = 0;
    std::int64_t intermediateSize = 0;
    std::int64_t layers = 0;
    std::int64_t heads = 0;
    std::int64_t keyValueHeads = 0;
    std::int64_t headDim = 0;
    std::int64_t contextLength = 0;
    double rmsNormEpsilon = 1e-5;
    Rope rope;
    Activation activation = Activation::Silu;
    bool tiedEmbeddings = false;
    bool queryKeyValueBias = false;
    bool outputBias = false; ///< bias of o_proj
    bool mlpBias = false;
    bool queryKeyNorm = false; ///< Qwen 3, Gemma 3
    std::vector<std::optional<std::int64_t>> slidingWindow {}; ///< per layer; empty = none anywhere
    std::string dtype; ///< as the file says: "float32", "bfloat16", "Q4_1", ...
    std::vector<std::int64_t> beginTokens;
    std::vector<std::int64_t> endTokens;
};

/// Families that the program can run, for messages ("llama, mistral, ...").
[[nodiscard]] std::string supportedArchitectures();

/// Reads and checks a Hugging Face config.json.
///
/// Every number is checked before anything is computed or allocated from it.
/// @param origin  file name for messages.
/// @retval ErrorCode::BadJson, MissingField, WrongType, BadValue, Inconsistent, TooLarge, UnknownType,
///         UnknownArchitecture  as their names say; the message holds the JSON path.
[[nodiscard]] Result<ModelConfig> parseModelConfig(std::string_view json, std::string_view origin);

/// The checks that config.json and GGUF metadata share (positive, consistent, not absurd).
[[nodiscard]] Result<> validate(const ModelConfig& config, std::string_view origin);

} // namespace driftscope::checkpoint
