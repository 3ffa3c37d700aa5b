// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tokenizer/tokenizer.h"

#include <filesystem>
#include <memory>

namespace driftscope::tokenizer {

/// Reads the tokenizer in a GGUF file's metadata: model "gpt2" (byte-level BPE) or "llama" (SentencePiece BPE).
///
/// Errors as loadTokenizer(), and those of the file format.
[[nodiscard]] Result<std::shared_ptr<const Tokenizer>> readTokenizerGguf(const std::filesystem::path& path);

} // namespace driftscope::tokenizer
