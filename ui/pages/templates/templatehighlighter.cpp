// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/templates/templatehighlighter.h"

#include "ui/widgets/labelcolors.h"

namespace driftscope::ui {

TemplateHighlighter::TemplateHighlighter(QTextDocument* document)
    : QSyntaxHighlighter(document)
{
}

void TemplateHighlighter::setParts(std::vector<Part> parts)
{
    m_parts = std::move(parts);
    rehighlight();
}

void TemplateHighlighter::setPalette(const QPalette& palette)
{
    m_palette = palette;
    rehighlight();
}

void TemplateHighlighter::highlightBlock(const QString& text)
{
    markBlanks(text);
    const int from = currentBlock().position();
    for (const Part& part : m_parts)
        colour(std::max(part.start - from, 0), std::min(part.end - from, static_cast<int>(text.size())), part.kind);
}

void TemplateHighlighter::markBlanks(const QString& text)
{
    QTextCharFormat blank;
    QColor ground = m_palette.color(QPalette::Text);
    ground.setAlphaF(0.16F);
    blank.setBackground(ground);
    const auto length = static_cast<int>(text.size());
    int leading = 0;
    while (leading < length && text[leading].isSpace())
        ++leading;
    int trailing = length;
    while (trailing > leading && text[trailing - 1].isSpace())
        --trailing;
    if (leading > 0)
        setFormat(0, leading, blank);
    if (trailing < length)
        setFormat(trailing, length - trailing, blank);
}

void TemplateHighlighter::colour(int start, int end, Kind kind)
{
    const QTextCharFormat more = formatOf(kind);
    for (int i = start; i < end; ++i) { // a problem keeps the colours below it
        QTextCharFormat merged = format(i);
        merged.merge(more);
        setFormat(i, 1, merged);
    }
}

QTextCharFormat TemplateHighlighter::formatOf(Kind kind) const
{
    QTextCharFormat look;
    const auto ground = [&](prompt::SpanKind span) {
        look.setBackground(spanColor(span, m_palette));
        look.setFontWeight(QFont::DemiBold);
    };
    switch (kind) {
    case Kind::Placeholder:
        ground(prompt::SpanKind::Header);
        break;
    case Kind::History:
        ground(prompt::SpanKind::History);
        break;
    case Kind::Target:
        ground(prompt::SpanKind::Target);
        break;
    case Kind::Answer:
        ground(prompt::SpanKind::Answer);
        break;
    case Kind::GroupEdge:
        look.setFontWeight(QFont::Bold);
        look.setForeground(labelColor(true, m_palette)); // the palette's own link colour may be too dark
        break;
    case Kind::Escape:
        look.setForeground(m_palette.color(QPalette::PlaceholderText));
        break;
    case Kind::Problem:
        look.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        look.setUnderlineColor(problemColor(m_palette));
        break;
    }
    return look;
}

QColor problemColor(const QPalette& palette)
{
    return isDarkPalette(palette) ? QColor(0xff, 0x8a, 0x80) : QColor(0xb0, 0x00, 0x20);
}

} // namespace driftscope::ui
