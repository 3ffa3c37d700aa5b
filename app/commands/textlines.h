// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/jsonfield.h"
#include "core/base/progress.h"
#include "core/inference/textmodel.h"
#include "core/tokenizer/tokenizer.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace driftscope::app {

/// Calls the body with each line of stdin and its number, from 1 on; blank lines are passed over.
///
/// @retval ErrorCode::Cancelled  stop was requested; the message says after which line.
[[nodiscard]] Result<> forEachInputLine(const JobContext& context,
                                        const std::function<Result<>(const std::string&, std::int64_t)>& body);

/// "stdin, line 12", for messages.
[[nodiscard]] std::string inputLine(std::int64_t number);

/// parseJson() of one line of JSON lines: the message names the line once.
[[nodiscard]] Result<nlohmann::json> parseJsonLine(const std::string& text, const std::string& where,
                                                   JsonLimits limits = {});

/// The JSON object of a line.
///
/// @param where  inputLine() of it.
/// @retval ErrorCode::BadJson, ErrorCode::WrongType.
[[nodiscard]] Result<nlohmann::json> lineObject(const std::string& text, const std::string& where);

/// The token ids under "ids"; errors are kept in the fields.
[[nodiscard]] inference::TokenSequence idsOf(JsonField& fields);

/// An input line with "text" or "ids", and perhaps "id".
struct TextLine {
    nlohmann::json id;
    inference::TokenSequence tokens;
};

/// Reads stdin as such lines and hands them on in groups: large enough to share work, small enough that output comes
/// as input goes. What stands before a bad line is still handed on.
///
/// @param model  its limits are checked for each line, so that messages name it.
/// @retval ErrorCode::MissingField  neither text nor ids; other codes as the JSON and the model's checks give them.
[[nodiscard]] Result<> forEachTextGroup(const tokenizer::Tokenizer& tokenizer, const inference::TextModel& model,
                                        const JobContext& context,
                                        const std::function<Result<>(std::span<const TextLine>)>& body);

/// The tokens of lines.
[[nodiscard]] std::vector<inference::TokenSequence> tokensOf(std::span<const TextLine> lines);

} // namespace driftscope::app
