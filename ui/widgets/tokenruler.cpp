// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tokenruler.h"

#include "ui/widgets/labelcolors.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <array>
#include <map>

namespace driftscope::ui {

namespace {

constexpr int barHeight = 14;
constexpr int entryGap = 10;

QString entryText(const RulerBlock& block)
{
    return TokenRuler::tr("%1 %2").arg(spanTitle(block.kind)).arg(block.tokens);
}

} // namespace

TokenRuler::TokenRuler(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Tokens of each part of the prompt"));
}

void TokenRuler::setBlocks(std::vector<RulerBlock> blocks, std::size_t total, std::size_t budget)
{
    m_blocks = std::move(blocks);
    m_total = total;
    m_budget = budget;
    QStringList parts;
    for (const auto& block : m_blocks)
        parts << tr("%1: %2").arg(spanTitle(block.kind)).arg(block.tokens);
    setToolTip(parts.join(QLatin1Char('\n')));
    setAccessibleDescription(parts.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QSize TokenRuler::sizeHint() const
{
    return {220, barHeight + (1 + legendLines()) * fontMetrics().height() + 10};
}

int TokenRuler::entryWidth(const RulerBlock& block) const
{
    return swatchSize() + 4 + fontMetrics().horizontalAdvance(entryText(block)) + entryGap;
}

int TokenRuler::swatchSize() const
{
    return fontMetrics().ascent() - 1;
}

int TokenRuler::legendLines() const
{
    int lines = 1;
    int x = 0;
    for (const auto& block : m_blocks) {
        if (x > 0 && x + entryWidth(block) - entryGap > width()) {
            ++lines;
            x = 0;
        }
        x += entryWidth(block);
    }
    return lines;
}

void TokenRuler::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    updateGeometry(); // narrower, the legend takes more lines
}

void TokenRuler::paintEvent(QPaintEvent* /*event*/)
{
    if (m_total == 0)
        return;
    QPainter painter(this);
    const int line = fontMetrics().height();
    const QLocale locale;
    const QString text = m_budget > 0
        ? tr("%1 of %2 tokens").arg(locale.toString(qulonglong(m_total)), locale.toString(qulonglong(m_budget)))
        : tr("%1 tokens").arg(locale.toString(qulonglong(m_total)));
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRect(0, 0, width(), line), Qt::AlignLeft, text);
    paintBar(painter, {0, line + 3, width() - 1, barHeight});
    paintLegend(painter, {0, line + barHeight + 6, width(), line});
}

void TokenRuler::paintBar(QPainter& painter, const QRect& bar) const
{
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(palette().base());
    painter.drawRect(bar);
    painter.setPen(Qt::NoPen);
    // Drawn against the prompt itself: against a context of thousands, the blocks could not be told apart.
    const double scale = bar.width() / static_cast<double>(std::max<std::size_t>(1, m_total));
    double x = bar.left();
    for (const auto& block : m_blocks) {
        const double width = static_cast<double>(block.tokens) * scale;
        painter.setBrush(spanColor(block.kind, palette()));
        painter.drawRect(QRectF(x + 1, bar.top() + 1, std::max(0.0, width - 1), bar.height() - 1));
        x += width;
    }
}

void TokenRuler::paintLegend(QPainter& painter, QRect line) const
{
    const int swatch = swatchSize();
    int x = line.left();
    for (const auto& block : m_blocks) {
        const int width = entryWidth(block);
        if (x > line.left() && x + width - entryGap > line.width()) {
            line.translate(0, line.height());
            x = line.left();
        }
        painter.setPen(Qt::NoPen);
        painter.setBrush(spanColor(block.kind, palette()));
        painter.drawRect(x, line.top() + 2, swatch, swatch);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRect(x + swatch + 4, line.top(), width, line.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         entryText(block));
        x += width;
    }
}

std::vector<RulerBlock> rulerBlocks(const prompt::Prompt& prompt)
{
    using prompt::SpanKind;
    static constexpr std::array order {SpanKind::Header, SpanKind::Demonstration, SpanKind::History,
                                       SpanKind::Query,  SpanKind::Target,        SpanKind::Cue};
    std::map<SpanKind, std::size_t> tokens;
    std::size_t inQuery = 0; // what the query's own parts cost is not counted again for the query
    for (const auto& span : prompt.spans) {
        const bool isOfDemonstration = span.demonstration.has_value() && span.kind != SpanKind::Demonstration;
        if (isOfDemonstration)
            continue;
        tokens[span.kind] += span.tokens;
        if (span.kind == SpanKind::History || span.kind == SpanKind::Target || span.kind == SpanKind::Cue)
            inQuery += span.tokens;
    }
    if (const auto query = tokens.find(SpanKind::Query); query != tokens.end())
        query->second -= std::min(query->second, inQuery);
    std::vector<RulerBlock> blocks;
    for (const SpanKind kind : order)
        if (const auto found = tokens.find(kind); found != tokens.end() && found->second > 0)
            blocks.push_back({kind, found->second});
    return blocks;
}

} // namespace driftscope::ui
