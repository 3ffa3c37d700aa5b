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
    enum class Scaling : std::uint8_t { None, Linear, Dynamic, Llama3, Yarn, Longrope };
    double theta = 10'000;
    Scaling scaling = Scaling::None;
    double factor = 1; ///< for longrope: what the attention factor follows from, the ratio of the two contexts
    double lowFreqFactor = 1; ///< llama3
    double highFreqFactor = 4; ///< llama3
    std::int64_t originalContext = 0; ///< llama3, yarn, dynamic, longrope; tokens
    double betaFast = 32; ///< yarn
    double betaSlow = 1; ///< yarn
    bool truncates = true; ///< yarn: the range of blended dimensions is widened to whole numbers
    /// yarn, longrope: cosines and sines are multiplied by it; nothing = it follows from the factor.
    std::optional<double> attentionFactor;
    std::optional<double> mscale; ///< yarn; counts only together with mscaleAllDim
    std::optional<double> mscaleAllDim; ///< yarn
    std::vector<float> shortFactors; ///< longrope, prompts up to originalContext: divisors of the frequencies
    std::vector<float> longFactors; ///< longrope, longer prompts. [rotaryDim / 2]
    /// GGUF's rope_freqs.weight: each inverse frequency is divided by its entry; empty = none. [rotaryDim / 2]
    std::vector<float> frequencyDivisors;

    /// What the frequencies depend on besides the checkpoint: 0 for every prompt within the original context; beyond
    /// it the prompt's length (dynamic) or the same number for all (longrope). Prompts of different classes may not
    /// share keys.
    [[nodiscard]] std::int64_t lengthClass(std::int64_t promptTokens) const;
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
    /// Gemma 2 and 3: the outputs of attention and MLP are normalised before they are added to the residual.
    bool branchNorms = false;
    /// Hugging Face files of Gemma: norms multiply by 1 + what is stored. (GGUF files store the sum.)
    bool normsStoredMinusOne = false;
    /// Phi 3: q, k and v are one stored matrix (qkv_proj), gate and up another (gate_up_proj).
    bool fusedProjections = false;
    double embeddingScale = 1; ///< of the rows of the embedding as input; Gemma: sqrt(hiddenSize)
    std::optional<double> attentionScale; ///< of query-key products; nothing = headDim ^ -1/2
    std::optional<double> attentionSoftcap; ///< scores become cap * tanh(score / cap); Gemma 2
    std::optional<double> finalSoftcap; ///< the same for logits; Gemma 2
    std::int64_t rotaryDim = 0; ///< leading dimensions of a head that are rotated; 0 = all
    std::optional<Rope> localRope; ///< of layers with a sliding window, in place of `rope`; Gemma 3
    std::vector<bool> layersWithoutRope {}; ///< per layer; empty = none. SmolLM 3
    std::vector<std::optional<std::int64_t>> slidingWindow {}; ///< per layer; empty = none anywhere
    std::string dtype; ///< as the file says: "float32", "bfloat16", "Q4_1", ...
    std::vector<std::int64_t> beginTokens;
    std::vector<std::int64_t> endTokens;

    [[nodiscard]] std::int64_t rotatedDims() const { return rotaryDim > 0 ? rotaryDim : headDim; }
    /// The window of a layer: a token sees itself and the window - 1 before it. Nothing = all before it.
    [[nodiscard]] std::optional<std::int64_t> windowOf(std::int64_t layer) const;
    [[nodiscard]] bool usesRope(std::int64_t layer) const;
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
