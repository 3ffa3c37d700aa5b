// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/templateimport_p.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

namespace driftscope::prompt {

namespace {

constexpr std::string_view numberHere = "{number}";
constexpr std::string_view answerHere = "{answer}";

/// What a slot of the file becomes in a block; empty = a template cannot show it.
struct SlotKind {
    std::string_view name;
    std::string_view block;
};
constexpr std::array<SlotKind, 6> slotKinds {{{"ItemTitleList", "{history}"},
                                              {"TargetItemTitle", "\"{target}\""}, // the data loader adds the quotes
                                              {"Response", answerHere},
                                              {"UserID", ""},
                                              {"TargetItemID", ""},
                                              {"ItemIDList", ""}}};

/// "<TargetItemTitle3>" at the front of a text.
struct Slot {
    const SlotKind* kind = nullptr;
    std::string number; ///< empty if it has none
    std::size_t length = 0;
};

std::optional<Slot> slotAt(std::string_view text)
{
    for (const auto& kind : slotKinds) {
        if (!text.starts_with('<') || !text.substr(1).starts_with(kind.name))
            continue;
        auto end = 1 + kind.name.size();
        while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0)
            ++end;
        if (end < text.size() && text[end] == '>')
            return Slot {&kind, std::string(text.substr(1 + kind.name.size(), end - 1 - kind.name.size())), end + 1};
    }
    return {};
}

/// Replaces each run of digits that is exactly `number`.
std::string withNumberSlots(std::string_view literal, const std::string& number)
{
    const auto isDigit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    std::string text;
    while (!literal.empty()) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if_not(literal, isDigit) - literal.begin());
        const auto run = literal.substr(0, std::max<std::size_t>(end, 1));
        text += run == number ? numberHere : run;
        literal.remove_prefix(run.size());
    }
    return text;
}

/// The header takes no placeholders.
std::string withoutNumberSlots(std::string text)
{
    for (auto at = text.find(numberHere); at != std::string::npos; at = text.find(numberHere, at + 1))
        if (at == 0 || text[at - 1] != '{')
            text.replace(at, numberHere.size(), "1");
    return text;
}

/// Blanks and line breaks, real and spelt, at the front.
std::size_t gapLength(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size())
        if (text.substr(at).starts_with("\\n"))
            at += 2;
        else if (std::isspace(static_cast<unsigned char>(text[at])) != 0)
            ++at;
        else
            break;
    return at;
}

std::string replaced(std::string text, std::string_view what, std::string_view by)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

class PromptFile
{
public:
    PromptFile(std::string_view content, const std::string& origin, LineBreaks lineBreaks)
        : m_content(content)
        , m_origin(origin)
        , m_lineBreaks(lineBreaks)
    {
    }

    Result<ImportedTemplate> read()
    {
        choosePrompt();
        DRIFTSCOPE_CHECK(splitAtAnswers());
        if (!assemble(m_numbered) && !assemble(m_plain))
            return fail(ErrorCode::Inconsistent,
                        placeOf(m_start)
                            + "the examples of the prompt are not worded alike; a template words each "
                              "demonstration in the same way.");
        TemplateText& text = m_imported.text;
        text[TemplateField::HistoryItem] = "\"{title}\"";
        text[TemplateField::HistorySeparator] = ", ";
        text[TemplateField::EmptyHistory] = "unkow"; // spelt so in the data that the reference models saw
        text[TemplateField::PositiveAnswer] = "Yes";
        text[TemplateField::NegativeAnswer] = "No";
        if (m_lineBreaks == LineBreaks::Real)
            for (const auto field : templateFields())
                text[field] = replaced(text[field], "\\n", "\n");
        else if (m_prompt.find("\\n") != std::string_view::npos)
            m_imported.notes.emplace_back("The two characters \\n stay as they are: the reference models were tuned on "
                                          "them. Import with real line breaks for other models.");
        return std::move(m_imported);
    }

private:
    /// One prompt a line (several ones, of which the first counts), or one prompt in the whole file.
    void choosePrompt()
    {
        std::vector<std::pair<std::size_t, std::size_t>> lines; // start, end of those that are not blank
        for (std::size_t at = 0; at < m_content.size();) {
            const auto end = std::min(m_content.find('\n', at), m_content.size());
            auto stop = end;
            if (stop > at && m_content[stop - 1] == '\r')
                --stop;
            if (gapLength(m_content.substr(at, stop - at)) < stop - at)
                lines.emplace_back(at, stop);
            at = end + 1;
        }
        const auto textOf = [this](const auto& line) { return m_content.substr(line.first, line.second - line.first); };
        const bool isPromptALine = std::ranges::all_of(
            lines, [&](const auto& line) { return textOf(line).find("<TargetItemTitle") != std::string_view::npos; });
        m_start = lines.front().first;
        m_prompt = isPromptALine ? textOf(lines.front()) : m_content.substr(m_start, lines.back().second - m_start);
        if (isPromptALine && std::ranges::any_of(lines, [&](const auto& l) { return textOf(l) != m_prompt; }))
            m_imported.notes.emplace_back("The lines of the file differ; the first was taken.");
    }

    /// Fills m_numbered and m_plain: the text up to each answer, and what follows the last.
    Result<> splitAtAnswers()
    {
        std::string numbered;
        std::string plain;
        bool hasSlots = false;
        for (std::size_t at = 0; at < m_prompt.size();) {
            const std::string number = std::to_string(m_plain.size() + 1);
            const auto slot = slotAt(m_prompt.substr(at));
            if (!slot) {
                const auto end = std::min(m_prompt.find('<', at + 1), m_prompt.size());
                const std::string literal = escapedForBlock(m_prompt.substr(at, end - at));
                numbered += withNumberSlots(literal, number);
                plain += literal;
                at = end;
                continue;
            }
            DRIFTSCOPE_CHECK(checkSlot(*slot, at, number));
            hasSlots = true;
            numbered += slot->kind->block;
            plain += slot->kind->block;
            at += slot->length;
            if (slot->kind->block != answerHere)
                continue;
            m_numbered.push_back(std::exchange(numbered, {}));
            m_plain.push_back(std::exchange(plain, {}));
        }
        if (!hasSlots)
            return fail(ErrorCode::UnsupportedFormat,
                        m_origin
                            + ": this is no prompt file that is known: it has neither slots such as "
                              "<ItemTitleList> and <TargetItemTitle> (RecICL), nor is it a JSON file of a "
                              "template or of TALLRec samples.");
        m_numbered.push_back(std::move(numbered));
        m_plain.push_back(std::move(plain));
        m_imported.format = m_plain.size() > 1 ? "RecICL prompt file" : "single-question prompt file";
        return {};
    }

    Result<> checkSlot(const Slot& slot, std::size_t at, const std::string& number) const
    {
        const std::string spelt = "<" + std::string(slot.kind->name) + slot.number + ">";
        if (slot.kind->block.empty())
            return fail(ErrorCode::UnsupportedFormat,
                        placeOf(m_start + at) + spelt
                            + " stands for a code of collaborative filtering, which a template cannot show; import the "
                              "form of the prompt without these codes.");
        if (!slot.number.empty() && slot.number != number)
            return fail(ErrorCode::Inconsistent,
                        placeOf(m_start + at) + spelt + " stands in example " + number
                            + "; every slot of an example carries its number.");
        return {};
    }

    /// Makes header, demonstration and query of the parts; false if the examples are not worded alike.
    bool assemble(const std::vector<std::string>& parts)
    {
        const bool hasExamples = parts.size() > 1;
        const std::string& tail = parts.back();
        const std::string gap = hasExamples ? tail.substr(0, gapLength(tail)) : "\\n\\n";
        const std::string query = hasExamples ? tail.substr(gap.size()) : tail;
        const std::string body =
            parts.size() > 2 ? parts[1].substr(std::min(gap.size(), parts[1].size())) : query + std::string(answerHere);
        for (std::size_t i = 1; i + 1 < parts.size(); ++i)
            if (parts[i] != gap + body)
                return false;
        if (hasExamples && !parts.front().ends_with(body))
            return false;
        TemplateText& text = m_imported.text;
        if (hasExamples)
            text[TemplateField::Header] =
                withoutNumberSlots(parts.front().substr(0, parts.front().size() - body.size()));
        else
            m_imported.notes.emplace_back("The file words no example; demonstrations are worded as the query.");
        text[TemplateField::Demonstration] = body + gap;
        text[TemplateField::Query] = query;
        return true;
    }

    /// "file, line 3, character 12: "
    [[nodiscard]] std::string placeOf(std::size_t byte) const
    {
        const auto before = m_content.substr(0, byte);
        const auto line = std::ranges::count(before, '\n') + 1;
        const auto start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
        return m_origin + ", line " + std::to_string(line) + ", character "
            + std::to_string(characterNumber(m_content.substr(start), byte - start)) + ": ";
    }

    std::string_view m_content;
    const std::string& m_origin;
    LineBreaks m_lineBreaks;
    std::size_t m_start = 0; ///< of the prompt in the file
    std::string_view m_prompt;
    std::vector<std::string> m_numbered; ///< an example's own number is {number}
    std::vector<std::string> m_plain; ///< numbers as they are
    ImportedTemplate m_imported;
};

} // namespace

Result<ImportedTemplate> importPromptFile(std::string_view content, const std::string& origin, LineBreaks lineBreaks)
{
    return PromptFile(content, origin, lineBreaks).read();
}

} // namespace driftscope::prompt
