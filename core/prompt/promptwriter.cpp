// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/promptwriter_p.h"

#include <algorithm>
#include <utility>

namespace driftscope::prompt {

namespace {

constexpr std::string_view blanks = " \t\r\n";

/// Bytes of the control character or line break that `text` begins with (C0, DEL, C1, U+2028, U+2029); 0 if none.
std::size_t controlLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    if (byte(0) < 0x20 || byte(0) == 0x7F)
        return 1;
    if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0)
        return 2;
    if (byte(0) == 0xE2 && byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9))
        return 3;
    return 0;
}

} // namespace

std::string onOneLine(std::string_view text)
{
    std::string line;
    line.reserve(text.size());
    bool isAfterControl = false;
    while (!text.empty()) {
        if (const auto width = controlLength(text)) {
            while (line.ends_with(' '))
                line.pop_back();
            isAfterControl = true;
            text.remove_prefix(width);
            continue;
        }
        if (!isAfterControl || text.front() != ' ') {
            if (isAfterControl && !line.empty())
                line += ' ';
            isAfterControl = false;
            line += text.front();
        }
        text.remove_prefix(1);
    }
    return line;
}

PromptWriter::PromptWriter(const PromptTemplate& wording, const data::Dataset& dataset, bool areTitlesMasked)
    : m_wording(wording)
    , m_dataset(dataset)
    , m_areTitlesMasked(areTitlesMasked)
{
}

void PromptWriter::writeHeader()
{
    if (m_wording.header.empty())
        return;
    const auto span = openSpan(SpanKind::Header, {});
    writeBlock(m_wording.header, {});
    closeSpan(span);
}

void PromptWriter::writeDemonstration(std::size_t number, data::InteractionIndex interaction, bool isLiked,
                                      std::span<const data::InteractionIndex> history)
{
    const Values values {.item = m_dataset.item(interaction),
                         .history = history,
                         .answer = isLiked ? m_wording.positiveAnswer : m_wording.negativeAnswer,
                         .demonstration = number,
                         .standIn = contextTitle()};
    m_number = number + 1;
    const auto span = openSpan(SpanKind::Demonstration, values);
    m_prompt.spans[span].interaction = interaction;
    writeBlock(m_wording.demonstration, values);
    closeSpan(span);
}

void PromptWriter::writeQuery(data::ItemIndex target, std::span<const data::InteractionIndex> history)
{
    writeQueryBlock({.item = target, .history = history, .answer = {}, .demonstration = {}});
}

void PromptWriter::writeContentFreeQuery(std::span<const data::InteractionIndex> history)
{
    writeQueryBlock({.item = 0, .history = history, .answer = {}, .demonstration = {}, .standIn = contentFreeTarget});
}

void PromptWriter::writeQueryBlock(const Values& values)
{
    const auto start = m_prompt.text.size();
    ++m_number;
    const auto span = openSpan(SpanKind::Query, values);
    writeBlock(m_wording.query, values);
    closeSpan(span);
    writeCueSpan(start);
}

Prompt PromptWriter::take()
{
    std::stable_sort(m_prompt.spans.begin(), m_prompt.spans.end(), [](const Span& a, const Span& b) {
        return a.start != b.start ? a.start < b.start : a.end > b.end;
    });
    m_number = 0;
    return std::exchange(m_prompt, {});
}

void PromptWriter::writeBlock(const std::vector<TemplatePiece>& pieces, const Values& values)
{
    std::size_t emptyGroup = 0;
    std::size_t group = 0;
    for (const auto& piece : pieces) {
        if (piece.group != 0 && piece.group != group) {
            group = piece.group;
            emptyGroup = isGroupEmpty(pieces, group, values) ? group : 0;
        }
        if (piece.group != 0 && piece.group == emptyGroup)
            continue;
        if (piece.isPlaceholder)
            writePlaceholder(piece.text, values);
        else
            m_prompt.text += piece.text;
    }
}

void PromptWriter::writePlaceholder(const std::string& name, const Values& values)
{
    if (name == "history") {
        writeHistory(values);
    } else if (name == "target") {
        const auto span = openSpan(SpanKind::Target, values);
        if (values.standIn != contentFreeTarget)
            m_prompt.spans[span].item = values.item;
        m_prompt.text += attributeText(values, "title");
        closeSpan(span);
    } else if (name == "answer") {
        const auto span = openSpan(SpanKind::Answer, values);
        m_prompt.spans[span].item = values.item;
        m_prompt.text += values.answer;
        closeSpan(span);
    } else if (name == "number") {
        m_prompt.text += std::to_string(m_number);
    } else {
        m_prompt.text += attributeText(values, name);
    }
}

void PromptWriter::writeHistory(const Values& values)
{
    if (values.history.empty())
        m_prompt.text += m_wording.emptyHistory;
    bool isFirst = true;
    for (const auto interaction : values.history) {
        if (!std::exchange(isFirst, false))
            m_prompt.text += m_wording.historySeparator;
        const auto span = openSpan(SpanKind::History, values);
        m_prompt.spans[span].item = m_dataset.item(interaction);
        m_prompt.spans[span].interaction = interaction;
        writeBlock(m_wording.historyItem,
                   {.item = m_dataset.item(interaction),
                    .history = {},
                    .answer = {},
                    .demonstration = values.demonstration,
                    .standIn = contextTitle()});
        closeSpan(span);
    }
}

bool PromptWriter::isEmpty(const TemplatePiece& piece, const Values& values) const
{
    if (!piece.isPlaceholder)
        return false;
    if (piece.text == "history")
        return values.history.empty() && m_wording.emptyHistory.empty();
    if (piece.text == "answer")
        return values.answer.empty();
    if (piece.text == "number")
        return false;
    return attributeText(values, piece.text == "target" ? "title" : piece.text).empty();
}

bool PromptWriter::isGroupEmpty(const std::vector<TemplatePiece>& pieces, std::size_t group, const Values& values) const
{
    return std::any_of(pieces.begin(), pieces.end(),
                       [&](const TemplatePiece& piece) { return piece.group == group && isEmpty(piece, values); });
}

std::string PromptWriter::attributeText(const Values& values, const std::string& name) const
{
    if (!values.standIn.empty())
        return name == "title" ? std::string(values.standIn) : std::string();
    const auto& catalog = m_dataset.catalog();
    const auto item = values.item;
    return onOneLine(name == "title" ? std::string_view(catalog.title(item)) : catalog.attribute(item, name));
}

std::size_t PromptWriter::openSpan(SpanKind kind, const Values& values)
{
    Span span;
    span.kind = kind;
    span.start = m_prompt.text.size();
    span.demonstration = values.demonstration;
    m_prompt.spans.push_back(span);
    return m_prompt.spans.size() - 1;
}

void PromptWriter::writeCueSpan(std::size_t blockStart)
{
    // The cue is the last line of the block that has more than blanks, from its first character after the title if that
    // stands on the same line.
    const std::string_view text = m_prompt.text;
    auto start = blockStart;
    for (const auto& span : m_prompt.spans)
        if (span.start >= blockStart && span.kind != SpanKind::Query)
            start = std::max(start, span.end);
    const auto lastInk = text.find_last_not_of(blanks);
    const auto lineBreak = lastInk == std::string_view::npos ? lastInk : text.rfind('\n', lastInk);
    if (lineBreak != std::string_view::npos)
        start = std::max(start, lineBreak + 1);
    Span cue;
    cue.kind = SpanKind::Cue;
    cue.start = start;
    cue.end = text.size();
    m_prompt.spans.push_back(cue);
}

} // namespace driftscope::prompt
