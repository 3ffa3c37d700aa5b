// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/adapter.h"
#include "core/checkpoint/memoryestimate.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace driftscope::checkpoint {

/// What a checkpoint is, from headers alone. What a single file does not tell is left out.
struct CheckpointCard {
    std::string format = "huggingface"; ///< or "gguf", "torchscript"
    std::optional<std::string> architecture;
    std::optional<std::int64_t> parameters; ///< tied embeddings count once
    std::optional<std::int64_t> layers;
    std::optional<std::int64_t> hiddenSize;
    std::optional<std::int64_t> heads;
    std::optional<std::int64_t> keyValueHeads;
    std::optional<std::int64_t> headDim;
    std::optional<std::int64_t> vocabularySize;
    std::optional<std::int64_t> contextLength; ///< tokens
    std::optional<std::string> dtype;
    std::optional<bool> tiedEmbeddings;
    std::optional<std::uint64_t> bytes; ///< of the weight files
    /// Each answer text with its token ids; empty if there is no tokenizer.
    std::vector<std::pair<std::string, std::vector<std::int64_t>>> answerTokens;
    std::vector<AdapterCard> adapters;
    std::optional<MemoryEstimate> memory;
};

/// Encodes texts (without special tokens) with the tokenizer that lies at a path: a folder, a tokenizer.json or a GGUF
/// file. ErrorCode::NotFound means that there is none, which is no error for the card.
using AnswerTokenizer = std::function<Result<std::vector<std::vector<std::int64_t>>>(
    const std::filesystem::path& path, const std::vector<std::string>& texts)>;

/// What to put on a card besides the checkpoint itself.
struct CardRequest {
    std::vector<std::filesystem::path> adapters;
    MemoryRequest memory;
    AnswerTokenizer tokenize; ///< empty = no answer tokens
};

/// Reads the headers of a Hugging Face folder, a GGUF file, a TorchScript archive, or one of the files alone
/// (config.json, x.safetensors, the index of shards, tokenizer.json, an adapter folder), checks them, and says what
/// they tell.
///
/// @retval ErrorCode::NotFound           nothing there.
/// @retval ErrorCode::UnsupportedFormat  a kind of file that is not read; the message says which are.
/// Other codes name what is wrong with which file; see Checkpoint::open().
[[nodiscard]] Result<CheckpointCard> readCheckpointCard(const std::filesystem::path& path, const CardRequest& request);

/// What may surprise about the answers' tokens, one sentence each; empty if " Yes" and " No" are single tokens that
/// differ. Also says that there is no tokenizer.
[[nodiscard]] std::vector<std::string> answerWarnings(const CheckpointCard& card);

/// The card as `driftscope-cli checkpoint --json` prints it.
[[nodiscard]] nlohmann::json toJson(const CheckpointCard& card);

} // namespace driftscope::checkpoint
