// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/rankingboard.h"

#include "ui/plots/armcolors.h"
#include "ui/widgets/labelcolors.h"

#include <QEasingCurve>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace driftscope::ui {

namespace {

constexpr int slideMs = 450;
constexpr double greyedOpacity = 0.4;

QString rowHelp(const BoardRow& row)
{
    QStringList lines {row.what.kind.isEmpty() ? row.what.title
                                               : RankingBoard::tr("%1 (%2)").arg(row.what.title, row.what.kind)};
    lines << RankingBoard::tr("Place %1, P(Yes) %2").arg(row.rank).arg(row.yes, 0, 'f', 3);
    lines << (row.rankBefore ? RankingBoard::tr("Place before: %1").arg(*row.rankBefore)
                             : RankingBoard::tr("Not ranked before"));
    lines << RankingBoard::tr("Click to see its prompt; L likes it, D does not.");
    return lines.join(QLatin1Char('\n'));
}

} // namespace

QColor kindColor(int position, const QPalette& palette)
{
    const bool isDark = isDarkPalette(palette);
    return position < 0 ? randomColor(isDark) : armColor(static_cast<std::size_t>(position), isDark);
}

RankingBoard::RankingBoard(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Ranking"));
    m_slide.setDuration(slideMs);
    m_slide.setStartValue(0.0);
    m_slide.setEndValue(1.0);
    m_slide.setEasingCurve(QEasingCurve::InOutCubic);
    connect(&m_slide, &QVariantAnimation::valueChanged, this, [this] { update(); });
}

void RankingBoard::setRows(std::vector<BoardRow> rows)
{
    std::map<data::ItemIndex, Place> from;
    for (const auto& row : m_rows)
        from[row.what.item] = placeNow(row);
    m_from = std::move(from);
    m_rows = std::move(rows);
    QStringList places;
    bool isMoved = false;
    for (const auto& row : m_rows) {
        places << tr("%1. %2").arg(row.rank).arg(row.what.title);
        const auto was = m_from.find(row.what.item);
        isMoved = isMoved || was == m_from.end() || was->second.row != row.rank - 1.0 || was->second.yes != row.yes;
    }
    setAccessibleDescription(places.join(QStringLiteral(", ")));
    updateGeometry();
    if (isMoved) {
        m_slide.stop();
        m_slide.start();
    }
    update();
}

void RankingBoard::setGreyed(bool isGreyed)
{
    if (std::exchange(m_isGreyed, isGreyed) != isGreyed)
        update();
}

int RankingBoard::currentRow() const
{
    for (std::size_t row = 0; row < m_rows.size(); ++row)
        if (m_current == m_rows[row].what.item)
            return static_cast<int>(row);
    return -1;
}

QSize RankingBoard::minimumSizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return {metrics.averageCharWidth() * 44,
            metrics.height() * static_cast<int>(std::max<std::size_t>(m_rows.size(), 6))};
}

QSize RankingBoard::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 60, minimumSizeHint().height() * 2};
}

double RankingBoard::rowHeight() const
{
    const double share = static_cast<double>(height()) / static_cast<double>(std::max<std::size_t>(m_rows.size(), 1));
    return std::min(share, fontMetrics().height() * 3.2);
}

RankingBoard::Place RankingBoard::placeNow(const BoardRow& row) const
{
    const Place to {row.rank - 1.0, row.yes};
    const auto was = m_from.find(row.what.item);
    if (was == m_from.end() || m_slide.state() != QAbstractAnimation::Running)
        return to;
    const double done = m_slide.currentValue().toDouble();
    return {was->second.row + done * (to.row - was->second.row), was->second.yes + done * (to.yes - was->second.yes)};
}

void RankingBoard::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(m_isGreyed ? greyedOpacity : 1.0);
    for (auto row = m_rows.rbegin(); row != m_rows.rend(); ++row) // the better one lies on top while they cross
        paintRow(painter, *row);
}

void RankingBoard::paintRow(QPainter& painter, const BoardRow& row) const
{
    const QFontMetricsF metrics(font());
    const double unit = metrics.averageCharWidth();
    const Place place = placeNow(row);
    const QRectF line(0, place.row * rowHeight(), width(), rowHeight());
    const bool isCurrent = m_current == row.what.item;
    painter.fillRect(line.adjusted(0, 1, 0, -1), isCurrent ? palette().alternateBase() : palette().base());
    if (isCurrent && hasFocus()) {
        painter.setPen(palette().color(QPalette::Highlight));
        painter.drawRect(line.adjusted(0.5, 1.5, -0.5, -1.5));
    }
    painter.setPen(palette().color(QPalette::Text));
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.drawText(QRectF(0, line.top(), 3.5 * unit, line.height()), Qt::AlignRight | Qt::AlignVCenter,
                     QString::number(row.rank));
    painter.setFont(font());
    paintMove(painter, {4 * unit, line.top(), 9 * unit, line.height()}, row);

    const QColor color = kindColor(row.what.kindPosition, palette());
    const double mark = metrics.height() * 0.6;
    const double textLeft = 13.5 * unit + mark + unit;
    const double barLeft = width() * 0.68;
    painter.fillRect(QRectF(13.5 * unit, line.center().y() - mark / 2, mark, mark), color);
    const double kindWidth = row.what.kind.isEmpty() ? 0 : metrics.horizontalAdvance(row.what.kind) + unit;
    const double titleWidth = std::max(barLeft - textLeft - kindWidth - unit, 6 * unit);
    const QString title = metrics.elidedText(row.what.title, Qt::ElideRight, titleWidth);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QRectF(textLeft, line.top(), titleWidth, line.height()), Qt::AlignVCenter, title);
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(QRectF(barLeft - kindWidth, line.top(), kindWidth - unit, line.height()),
                     Qt::AlignRight | Qt::AlignVCenter, row.what.kind);
    paintBar(painter, QRectF(barLeft, line.top(), width() - barLeft, line.height()), color, place.yes);
}

void RankingBoard::paintMove(QPainter& painter, const QRectF& box, const BoardRow& row) const
{
    if (!row.rankBefore) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, tr("new"));
        return;
    }
    const int change = *row.rankBefore - row.rank;
    if (change == 0)
        return;
    painter.setPen(palette().color(QPalette::Text)); // colours are kinds
    painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter,
                     (change > 0 ? tr("▲%1") : tr("▼%1")).arg(std::abs(change)) + tr(" (%1)").arg(*row.rankBefore));
}

void RankingBoard::paintBar(QPainter& painter, const QRectF& box, const QColor& color, double yes) const
{
    const QFontMetricsF metrics(font());
    const double number = metrics.horizontalAdvance(QStringLiteral("0.00")) + 1.5 * metrics.averageCharWidth();
    const QRectF all = box.adjusted(0, box.height() * 0.22, -number, -box.height() * 0.22);
    QColor ground = palette().color(QPalette::Text);
    ground.setAlphaF(0.08F);
    painter.fillRect(all, ground);
    painter.fillRect(QRectF(all.topLeft(), QSizeF(all.width() * yes, all.height())), color);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QRectF(box.right() - number, box.top(), number - metrics.averageCharWidth() / 2, box.height()),
                     Qt::AlignRight | Qt::AlignVCenter, QString::number(yes, 'f', 2));
}

bool RankingBoard::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto at = static_cast<std::size_t>(std::max(0.0, help->pos().y() / rowHeight()));
    QToolTip::showText(help->globalPos(), at < m_rows.size() ? rowHelp(m_rows[at]) : QString(), this);
    return true;
}

void RankingBoard::choose(int row)
{
    if (m_rows.empty())
        return;
    const auto at = static_cast<std::size_t>(std::clamp(row, 0, static_cast<int>(m_rows.size()) - 1));
    m_current = m_rows[at].what.item;
    update();
    emit currentChanged(static_cast<int>(at));
}

void RankingBoard::mousePressEvent(QMouseEvent* event)
{
    const int row = static_cast<int>(event->position().y() / rowHeight());
    if (row < static_cast<int>(m_rows.size()))
        choose(row);
}

void RankingBoard::keyPressEvent(QKeyEvent* event)
{
    const int row = currentRow();
    if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Up)
        choose(row + (event->key() == Qt::Key_Down ? 1 : -1));
    else if (row >= 0 && (event->key() == Qt::Key_L || event->key() == Qt::Key_D))
        emit judged(m_rows[static_cast<std::size_t>(row)].what.item, event->key() == Qt::Key_L);
    else
        QWidget::keyPressEvent(event);
}

void RankingBoard::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        updateGeometry();
}

} // namespace driftscope::ui
