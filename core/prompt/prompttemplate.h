// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::prompt {

/// A run of literal text or a placeholder of a template block.
struct TemplatePiece {
    bool isPlaceholder = false;
    std::string text; ///< literal text, or the placeholder's name: history, target, answer, title or an item attribute
    /// 0, or the number of the optional group "[...]" it stands in: the pieces of a group are left out together when
    /// one of its placeholders is empty for the item at hand.
    std::size_t group = 0;
};

/// The wording of a task: header, demonstration block, query block, answers. Immutable.
///
/// File format (documented in resources/templates/README.md): JSON with version, id, title, help, header,
/// demonstration, query, answers {positive, negative}, historySeparator, historyItem, emptyHistory, attributes.
class PromptTemplate
{
public:
    static constexpr std::int64_t formatVersion = 1;

    /// @param origin  file name for messages.
    /// @retval ErrorCode::BadJson, InvalidUtf8, DuplicateKey, MissingField, UnknownField, WrongType, BadValue,
    ///         UnsupportedVersion  with file, JSON path and what to do; an unknown placeholder is named with its
    ///         position and the list of known ones; the query block must contain {target} once, must not contain
    ///         {answer}, and must end with the cue that the answer follows.
    [[nodiscard]] static Result<PromptTemplate> parse(std::string_view json, std::string_view origin);
    /// parse() of a file; also NotFound, NotReadable, TooLarge.
    [[nodiscard]] static Result<PromptTemplate> load(const std::filesystem::path& path);

    std::string id;
    std::string title;
    std::string help;
    std::vector<TemplatePiece> header;
    std::vector<TemplatePiece> demonstration;
    std::vector<TemplatePiece> query;
    std::vector<TemplatePiece> historyItem;
    std::string historySeparator;
    std::string emptyHistory;
    std::string positiveAnswer; ///< as it follows the cue, with its leading space if any
    std::string negativeAnswer;
    std::string source; ///< the JSON text, for the manifest
};

/// Ids of the built-in templates.
[[nodiscard]] std::vector<std::string> builtInTemplateIds();

/// A built-in template by id, a template file by path (relative to `base`), or the JSON text of a template itself.
///
/// @retval ErrorCode::UnknownName  neither; the message lists the built-in ones.
[[nodiscard]] Result<PromptTemplate> findTemplate(std::string_view idOrPath, const std::filesystem::path& base);

} // namespace driftscope::prompt
