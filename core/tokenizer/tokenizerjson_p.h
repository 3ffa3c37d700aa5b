// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/jsonfield.h"
#include "core/tokenizer/pipeline_p.h"

#include <memory>
#include <optional>
#include <string_view>

namespace driftscope::tokenizer {

/// Reads a tokenizer.json.
///
/// @param origin  file name for messages.
/// Errors as loadTokenizer().
[[nodiscard]] Result<std::shared_ptr<const Tokenizer>> readTokenizerJson(std::string_view text,
                                                                         std::string_view origin);

/// The normalizer that a JSON object describes; null and an error in `field` if it cannot be built.
[[nodiscard]] std::unique_ptr<const Normalizer> readNormalizer(JsonField& field);

/// The pre-tokenizer that a JSON object describes; null and an error in `field` if it cannot be built.
///
/// @param modelReadsBytes  the last ByteLevel step leaves bytes as they are, since the model spells them itself.
[[nodiscard]] std::unique_ptr<const PreTokenizer> readPreTokenizer(JsonField& field, bool modelReadsBytes);

/// True if the last step of the pre-tokenizer is ByteLevel.
[[nodiscard]] bool endsWithByteLevel(JsonField field);

/// The pattern under "pattern": {"String": ..} or {"Regex": ..}; nothing and an error in `field` if it is neither.
[[nodiscard]] std::optional<RegexPattern> readPattern(JsonField& field);

/// Sets what the post-processor adds before and after the text; errors stay in `field`.
void readPostProcessor(JsonField& field, PipelineParts& parts);

/// The model and its vocabulary; errors stay in `field`.
///
/// @param readsBytes  see readPreTokenizer().
void readModel(JsonField& field, bool readsBytes, PipelineParts& parts);

} // namespace driftscope::tokenizer
