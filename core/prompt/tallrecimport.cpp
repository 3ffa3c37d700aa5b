// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsonfield.h"
#include "core/prompt/templateimport_p.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace driftscope::prompt {

namespace {

// What generate_prompt() of the reference code puts around a sample, its stray comment included: models saw it so.
constexpr std::string_view preamble =
    "Below is an instruction that describes a task, paired with an input that provides "
    "further context. Write a response that appropriately completes the request.  # "
    "noqa: E501\n\n### Instruction:\n";
constexpr std::string_view writtenBy = "written by"; // no blank: the reference code leaves it out at the target
/// A sample's input taken apart.
struct Sample {
    std::array<std::string, 3> starts; ///< of its lines, up to the first title
    std::string likedTitle; ///< the first one; empty if there is none
    std::optional<std::string> beforeAuthor; ///< between the target's title and "written by", if that follows
};

std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// True for "Heat (1995)".
bool endsWithYear(std::string_view title)
{
    if (title.size() < 6 || !title.ends_with(')') || title[title.size() - 6] != '(')
        return false;
    const auto year = title.substr(title.size() - 5, 4);
    return std::ranges::all_of(year, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
}

class TallrecFile
{
public:
    explicit TallrecFile(const std::string& origin)
        : m_origin(origin)
    {
    }

    Result<> read(const nlohmann::json& rows)
    {
        for (std::size_t i = 0; i < rows.size(); ++i)
            DRIFTSCOPE_CHECK(readRow(rows[i], i));
        if (m_positive.empty())
            m_positive = "Yes.";
        if (m_negative.empty())
            m_negative = "No.";
        return {};
    }

    [[nodiscard]] ImportedTemplate make() const
    {
        const std::string year = m_hasYears ? "[ ({year})]" : "";
        const std::string target = "\"{target}" + year + "\""
            + (m_beforeAuthor ? "[" + escapedForBlock(*m_beforeAuthor) + std::string(writtenBy) + "{author}]" : "");
        const std::string query = "### Input:\n" + escapedForBlock(m_starts[0]) + "{history}\n"
            + escapedForBlock(m_starts[1]) + "\n" + escapedForBlock(m_starts[2]) + target + "?\n\n### Response:\n";
        ImportedTemplate imported;
        imported.format = "TALLRec sample file";
        TemplateText& text = imported.text;
        text[TemplateField::Header] = escapedForBlock(std::string(preamble) + m_instruction + "\n\n");
        text[TemplateField::Query] = query;
        text[TemplateField::Demonstration] = query + "{answer}\n\n";
        text[TemplateField::HistoryItem] =
            "\"{title}" + year + "\"" + (m_beforeAuthor ? "[ " + std::string(writtenBy) + " {author}]" : "");
        text[TemplateField::HistorySeparator] = ", ";
        text[TemplateField::PositiveAnswer] = m_positive;
        text[TemplateField::NegativeAnswer] = m_negative;
        text[TemplateField::Attributes] = m_beforeAuthor ? "author" : "";
        imported.notes.emplace_back("Behind \"" + m_starts[1]
                                    + "\" nothing is listed: a template shows liked items as history and disliked ones "
                                      "as demonstrations.");
        imported.notes.emplace_back("The words around each sample (### Instruction, ### Input, ### Response) are those "
                                    "of TALLRec's tuning code.");
        return imported;
    }

private:
    Result<> readRow(const nlohmann::json& row, std::size_t index)
    {
        DRIFTSCOPE_TRY(const auto instruction, textOf(row, index, "instruction"));
        DRIFTSCOPE_TRY(const auto input, textOf(row, index, "input"));
        DRIFTSCOPE_TRY(const auto output, textOf(row, index, "output"));
        DRIFTSCOPE_TRY(const auto sample, takeApart(index, input));
        if (index == 0) {
            m_instruction = instruction;
            m_starts = sample.starts;
        } else if (m_instruction != instruction) {
            return problem(index, "instruction", "differs from the first sample's; a template has one wording.");
        } else if (m_starts != sample.starts) {
            return problem(index, "input",
                           "is worded differently from the first sample's; a template has one wording.");
        }
        if (sample.beforeAuthor)
            m_beforeAuthor = sample.beforeAuthor;
        m_hasYears = m_hasYears || endsWithYear(sample.likedTitle);
        return takeAnswer(index, output);
    }

    [[nodiscard]] Result<std::string> textOf(const nlohmann::json& row, std::size_t index, const char* key) const
    {
        if (!row.is_object() || !row.contains(key))
            return problem(index, key, "is missing; a sample has instruction, input and output.",
                           ErrorCode::MissingField);
        if (!row[key].is_string())
            return problem(index, key, "must be a text.", ErrorCode::WrongType);
        return row[key].get<std::string>();
    }

    [[nodiscard]] Result<Sample> takeApart(std::size_t index, const std::string& input) const
    {
        const auto lines = linesOf(input);
        if (lines.size() != 3)
            return problem(index, "input",
                           "has " + std::to_string(lines.size())
                               + " lines, not 3: the liked titles, the disliked titles, the title that is asked for.",
                           ErrorCode::UnsupportedFormat);
        Sample sample;
        for (std::size_t i = 0; i < lines.size(); ++i)
            sample.starts[i] = lines[i].substr(0, lines[i].find('"'));
        const auto closing = lines[2].rfind('"');
        if (closing == std::string_view::npos || lines[2].find('"') == closing)
            return problem(index, "input", "asks for no title in quotes.", ErrorCode::UnsupportedFormat);
        const auto liked = lines[0].substr(sample.starts[0].size());
        if (liked.size() > 1)
            sample.likedTitle = liked.substr(1, std::min(liked.find('"', 1), liked.size()) - 1);
        const auto afterTarget = lines[2].substr(closing + 1);
        if (const auto by = afterTarget.find(writtenBy); by != std::string_view::npos)
            sample.beforeAuthor = afterTarget.substr(0, by);
        return sample;
    }

    Result<> takeAnswer(std::size_t index, const std::string& output)
    {
        const bool isPositive = output.starts_with("Yes");
        if (!isPositive && !output.starts_with("No"))
            return problem(index, "output", "'" + output + "' is neither Yes nor No.", ErrorCode::BadValue);
        auto& answer = isPositive ? m_positive : m_negative;
        if (!answer.empty() && answer != output)
            return problem(index, "output", "'" + output + "' is written '" + answer + "' in an earlier sample.");
        answer = output;
        return {};
    }

    [[nodiscard]] tl::unexpected<Error> problem(std::size_t index, const char* key, const std::string& what,
                                                ErrorCode code = ErrorCode::Inconsistent) const
    {
        return fail(code, m_origin + ": $[" + std::to_string(index) + "]." + key + ": " + what);
    }

    const std::string& m_origin;
    std::string m_instruction;
    std::array<std::string, 3> m_starts;
    std::optional<std::string> m_beforeAuthor; ///< between the target and "written by"; of books only
    std::string m_positive;
    std::string m_negative;
    bool m_hasYears = false;
};

} // namespace

Result<ImportedTemplate> importTallrecSamples(std::string_view json, const std::string& origin)
{
    DRIFTSCOPE_TRY(const auto document, parseJson(json, origin, {.maxDepth = 8, .rejectDuplicateKeys = false}));
    if (document.empty())
        return fail(ErrorCode::EmptyFile, origin + ": the array has no samples.");
    TallrecFile file(origin);
    DRIFTSCOPE_CHECK(file.read(document));
    return file.make();
}

} // namespace driftscope::prompt
