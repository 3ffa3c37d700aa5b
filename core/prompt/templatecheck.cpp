// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/templatepieces_p.h"
#include "core/prompt/templatetext.h"

#include <algorithm>
#include <map>
#include <utility>

namespace driftscope::prompt {

namespace {

using Pieces = std::vector<TemplatePiece>;

constexpr std::array<std::string_view, 5> reservedNames {"history", "target", "answer", "title", "number"};
constexpr std::string_view blanks = " \t\r\n";

bool isName(std::string_view text, std::string_view alsoAllowed)
{
    const auto isAllowed = [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || alsoAllowed.find(c) != std::string_view::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), isAllowed);
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(blanks) == std::string_view::npos;
}

/// A block with the marks that say where its placeholders stand.
struct Block {
    TemplateField field = TemplateField::Header;
    SplitTemplate split;

    [[nodiscard]] const Pieces& pieces() const { return split.pieces; }
    /// The n-th occurrence (from 0) of a placeholder; nothing if there are fewer.
    [[nodiscard]] std::optional<std::pair<const TemplatePiece*, TextRange>> find(std::string_view name,
                                                                                 std::size_t nth = 0) const
    {
        auto mark = split.marks.begin();
        for (const auto& piece : split.pieces) {
            if (!piece.isPlaceholder)
                continue;
            mark = std::ranges::find(mark, split.marks.end(), TemplateMark::Kind::Placeholder, &TemplateMark::kind);
            const auto where = (mark++)->where;
            if (piece.text == name && nth-- == 0)
                return std::pair(&piece, where);
        }
        return {};
    }
};

std::vector<std::string> knownNames(TemplateField field, const TemplateText& text)
{
    std::vector<std::string> names;
    for (auto& known : knownPlaceholders(field, text))
        names.push_back(std::move(known.name));
    return names;
}

class Checker
{
public:
    explicit Checker(const TemplateText& text)
        : m_text(text)
    {
    }

    CheckedTemplate check()
    {
        PromptTemplate& wording = m_checked.wording;
        wording.id = m_text[TemplateField::Id];
        if (!isName(wording.id, "-_."))
            problem(TemplateField::Id, "an id has letters, digits, '-', '_' and '.' only, and at least one of them.");
        wording.title = m_text[TemplateField::Title];
        wording.help = m_text[TemplateField::Help];
        wording.header = block(TemplateField::Header).split.pieces;
        checkDemonstration();
        checkQuery();
        const auto item = block(TemplateField::HistoryItem);
        checkOnce(item, "title");
        wording.historyItem = item.pieces();
        wording.historySeparator = m_text[TemplateField::HistorySeparator];
        wording.emptyHistory = m_text[TemplateField::EmptyHistory];
        checkAnswers();
        checkAttributes();
        wording.source = m_text.json();
        return std::move(m_checked);
    }

private:
    Block block(TemplateField field)
    {
        Block block {field, splitTemplate(m_text[field], knownNames(field, m_text))};
        for (const auto& found : block.split.problems)
            problem(field, found.message + ".", found.where);
        return block;
    }

    void checkDemonstration()
    {
        const auto shown = block(TemplateField::Demonstration);
        checkOnce(shown, "target");
        checkOnce(shown, "answer");
        checkAtMostOnce(shown, "history");
        m_checked.wording.demonstration = shown.pieces();
    }

    void checkQuery()
    {
        const auto query = block(TemplateField::Query);
        checkOnce(query, "target");
        checkAtMostOnce(query, "history");
        checkSharedPrefix(query);
        m_checked.wording.query = query.pieces();
        const auto* last = query.pieces().empty() ? nullptr : &query.pieces().back();
        const bool hasCue = last && !last->isPlaceholder && last->group == 0 && !isBlank(last->text);
        if (!hasCue && query.split.problems.empty())
            problem(TemplateField::Query,
                    "the block must end with the cue that the answer follows, such as \"Answer:\".");
    }

    /// All candidates of a query share their prompt up to the target's title, which is computed once.
    void checkSharedPrefix(const Block& query)
    {
        std::map<std::string_view, std::size_t> seen;
        for (const auto& piece : query.pieces()) {
            if (piece.isPlaceholder && piece.text == "target")
                return;
            if (!piece.isPlaceholder || piece.text == "history" || piece.text == "number")
                continue;
            problem(TemplateField::Query,
                    "{" + piece.text
                        + "} stands before {target}; the text before the target must be the same for all candidates, "
                          "so put it after.",
                    query.find(piece.text, seen[piece.text]++)->second);
        }
    }

    void checkOnce(const Block& block, std::string_view name)
    {
        if (!block.split.problems.empty())
            return; // the missing one may be the one that is spelt wrongly
        const auto count = countPlaceholder(block.pieces(), name);
        const std::string placeholder = "{" + std::string(name) + "}";
        if (count != 1) {
            const auto second = block.find(name, 1);
            problem(block.field,
                    "the block must contain " + placeholder + " once, not " + std::to_string(count) + " times.",
                    second ? std::optional(second->second) : std::nullopt);
        } else if (const auto found = block.find(name); found->first->group != 0) {
            problem(block.field, placeholder + " stands in an optional group; take it out, it is always needed.",
                    found->second);
        }
    }

    void checkAtMostOnce(const Block& block, std::string_view name)
    {
        if (const auto second = block.find(name, 1))
            problem(block.field, "the block contains {" + std::string(name) + "} more than once; keep one.",
                    second->second);
    }

    void checkAnswers()
    {
        m_checked.wording.positiveAnswer = m_text[TemplateField::PositiveAnswer];
        m_checked.wording.negativeAnswer = m_text[TemplateField::NegativeAnswer];
        for (const auto field : {TemplateField::PositiveAnswer, TemplateField::NegativeAnswer})
            if (isBlank(m_text[field]))
                problem(field, "the answer is empty; write a word such as \" Yes\".");
        const auto& negative = m_checked.wording.negativeAnswer;
        if (negative == m_checked.wording.positiveAnswer && !isBlank(negative))
            problem(TemplateField::NegativeAnswer,
                    "the positive and the negative answer are the same; word them apart.");
    }

    void checkAttributes()
    {
        const std::string_view all = m_text[TemplateField::Attributes];
        std::size_t from = 0;
        for (const auto& name : m_text.attributes()) {
            const auto start = all.find(name, from);
            from = start + name.size();
            if (const auto what = attributeProblem(name))
                problem(TemplateField::Attributes, *what, TextRange {start, from});
        }
    }

    void problem(TemplateField field, std::string message, std::optional<TextRange> where = {})
    {
        m_checked.problems.push_back({field, where, std::move(message), ErrorCode::BadValue});
    }

    const TemplateText& m_text;
    CheckedTemplate m_checked;
};

} // namespace

CheckedTemplate checkTemplate(const TemplateText& text)
{
    return Checker(text).check();
}

std::vector<TemplateMark> markTemplate(TemplateField field, const TemplateText& text)
{
    if (!isTemplateBlock(field))
        return {};
    return splitTemplate(text[field], knownNames(field, text)).marks;
}

std::vector<PlaceholderHelp> knownPlaceholders(TemplateField field, const TemplateText& text)
{
    std::vector<PlaceholderHelp> known;
    const bool isAsked = field == TemplateField::Demonstration || field == TemplateField::Query;
    if (isAsked) {
        known.push_back({"history", "the items liked before that moment, each as the history item words it"});
        known.push_back({"target", "the title of the item that is asked for"});
    }
    if (field == TemplateField::Demonstration)
        known.push_back({"answer", "the positive or the negative answer"});
    if (isAsked)
        known.push_back({"number", "its place in the prompt, from 1: the query comes after the last demonstration"});
    if (field == TemplateField::HistoryItem)
        known.push_back({"title", "the title of the liked item"});
    if (known.empty())
        return known;
    known.push_back({"year", "when the item came out"});
    known.push_back({"genres", "the item's genres"});
    for (const auto& name : text.attributes())
        if (!attributeProblem(name) && std::ranges::find(known, name, &PlaceholderHelp::name) == known.end())
            known.push_back({name, "attribute of the item; empty where it has none"});
    return known;
}

std::optional<std::string> attributeProblem(std::string_view name)
{
    const bool isReserved = std::ranges::find(reservedNames, name) != reservedNames.end();
    if (!isReserved && isName(name, "-_ "))
        return {};
    return "'" + std::string(name)
        + "' cannot name an item attribute: it must have letters, digits, '-', '_' and blanks only and not be "
          "history, target, answer, title or number.";
}

} // namespace driftscope::prompt
