// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/promptview.h"

#include "ui/widgets/labelcolors.h"

#include <QEvent>

#include <algorithm>

namespace driftscope::ui {

PromptView::PromptView(QWidget* parent)
    : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setLineWrapMode(QPlainTextEdit::WidgetWidth);
    setTabChangesFocus(true);
    setAccessibleName(tr("Prompt text"));
}

void PromptView::setPrompt(const prompt::Prompt& prompt)
{
    m_prompt = prompt;
    setPlainText(QString::fromStdString(prompt.text));
    colour();
}

void PromptView::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
}

void PromptView::colour()
{
    std::vector<std::size_t> offsets;
    for (const auto& span : m_prompt.spans) {
        offsets.push_back(span.start);
        offsets.push_back(span.end);
    }
    std::ranges::sort(offsets);
    const auto duplicates = std::ranges::unique(offsets);
    offsets.erase(duplicates.begin(), duplicates.end());
    const std::vector<int> positions = utf16Positions(m_prompt.text, offsets);
    const auto at = [&](std::size_t offset) {
        return positions[static_cast<std::size_t>(std::ranges::lower_bound(offsets, offset) - offsets.begin())];
    };
    QList<QTextEdit::ExtraSelection> selections; // spans are sorted outer first: inner colours lie on top
    for (const auto& span : m_prompt.spans) {
        // As the ruler counts them: a demonstration is one block, in which its answer alone is marked.
        if (span.demonstration && span.kind != prompt::SpanKind::Demonstration && span.kind != prompt::SpanKind::Answer)
            continue;
        QTextEdit::ExtraSelection selection;
        selection.cursor = QTextCursor(document());
        selection.cursor.setPosition(at(span.start));
        selection.cursor.setPosition(at(span.end), QTextCursor::KeepAnchor);
        selection.format.setBackground(spanColor(span.kind, palette()));
        selections.append(selection);
    }
    setExtraSelections(selections);
}

std::vector<int> utf16Positions(const std::string& text, const std::vector<std::size_t>& byteOffsets)
{
    std::vector<int> positions;
    int units = 0;
    std::size_t byte = 0;
    for (const std::size_t offset : byteOffsets) {
        for (; byte < std::min(offset, text.size()); ++byte) {
            const auto value = static_cast<unsigned char>(text[byte]);
            if ((value & 0xC0) != 0x80) // the first byte of a character
                units += value >= 0xF0 ? 2 : 1;
        }
        positions.push_back(units);
    }
    return positions;
}

} // namespace driftscope::ui
