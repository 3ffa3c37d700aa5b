// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tokenizer/tokenizer.h"

#include <filesystem>
#include <memory>

namespace driftscope::tokenizer {

/// Loads the tokenizer of a checkpoint: a folder with tokenizer.json, the file itself, or a GGUF file's metadata.
///
/// @retval ErrorCode::NotFound  no tokenizer there.
/// @retval ErrorCode::BadJson, InvalidUtf8, MissingField, WrongType, UnknownType, BadMerge, BadId, BadRegex
///         as their names say; the message holds the file and JSON path.
[[nodiscard]] Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const std::filesystem::path& path);

} // namespace driftscope::tokenizer
