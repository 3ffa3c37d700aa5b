// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/prompttemplate.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::prompt {

/// A field of a template as a person edits it; attributes are one text, "author, publisher".
enum class TemplateField : std::uint8_t {
    Id,
    Title,
    Help,
    Header,
    Demonstration,
    Query,
    HistoryItem,
    HistorySeparator,
    EmptyHistory,
    PositiveAnswer,
    NegativeAnswer,
    Attributes
};
inline constexpr std::size_t templateFieldCount = 12;

/// All fields in the order of the enumeration.
[[nodiscard]] std::array<TemplateField, templateFieldCount> templateFields();
/// Where the field stands in the file: "answers.positive".
[[nodiscard]] std::string_view templateFieldPath(TemplateField field);
/// True if the field is a block that may hold placeholders and optional groups.
[[nodiscard]] bool isTemplateBlock(TemplateField field);

/// Bytes [start, end) of a text.
struct TextRange {
    std::size_t start = 0;
    std::size_t end = 0;
};

/// A part of a block that is more than literal text.
struct TemplateMark {
    enum class Kind : std::uint8_t { Placeholder, GroupEdge, Escape };
    Kind kind = Kind::Placeholder;
    TextRange where;
};

/// Why a template cannot be used yet.
struct TemplateProblem {
    TemplateField field = TemplateField::Id;
    std::optional<TextRange> where; ///< in the field's text; nothing = the field as a whole
    std::string message; ///< what is wrong and what to do; says neither field nor place
    ErrorCode code = ErrorCode::BadValue;
};

/// A placeholder that a block may use, with what it stands for.
struct PlaceholderHelp {
    std::string name; ///< without braces
    std::string help; ///< for people
};

/// The texts of a template while it is written: it may be unfinished and wrong.
class TemplateText
{
public:
    [[nodiscard]] const std::string& operator[](TemplateField field) const { return m_texts[std::size_t(field)]; }
    [[nodiscard]] std::string& operator[](TemplateField field) { return m_texts[std::size_t(field)]; }
    /// The names in the field Attributes.
    [[nodiscard]] std::vector<std::string> attributes() const;
    void setAttributes(const std::vector<std::string>& names);

    /// Reads what is there of a template file or a draft; missing and unknown fields are no error.
    ///
    /// @param origin  file name for messages.
    /// @retval ErrorCode::BadJson, InvalidUtf8, WrongType.
    [[nodiscard]] static Result<TemplateText> parse(std::string_view json, std::string_view origin);
    /// parse() of a file; also NotFound, NotReadable, TooLarge.
    [[nodiscard]] static Result<TemplateText> load(const std::filesystem::path& path);
    /// The file's content, as PromptTemplate::parse() reads it if nothing is wrong.
    [[nodiscard]] std::string json() const;

    bool operator==(const TemplateText&) const = default;

private:
    std::array<std::string, templateFieldCount> m_texts;
};

/// A template as far as it can be understood, and all that is wrong with it.
struct CheckedTemplate {
    PromptTemplate wording; ///< usable if there is no problem
    std::vector<TemplateProblem> problems; ///< in the order of the fields
};

/// Finds everything that is wrong with a template, not only the first.
[[nodiscard]] CheckedTemplate checkTemplate(const TemplateText& text);

/// The placeholders, group brackets and doubled characters of a block, in order; tolerant of errors.
[[nodiscard]] std::vector<TemplateMark> markTemplate(TemplateField field, const TemplateText& text);

/// What a block may use, the template's own attributes included. Empty for fields that take no placeholders.
[[nodiscard]] std::vector<PlaceholderHelp> knownPlaceholders(TemplateField field, const TemplateText& text);

/// Why a name cannot be an item attribute's; nothing if it can.
[[nodiscard]] std::optional<std::string> attributeProblem(std::string_view name);

/// Number of the character (from 1, not of the byte) at `byte`.
[[nodiscard]] std::size_t characterNumber(std::string_view text, std::size_t byte);

} // namespace driftscope::prompt
