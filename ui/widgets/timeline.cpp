// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/timeline.h"

#include "ui/widgets/labelcolors.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace driftscope::ui {

namespace {

constexpr int sideMargin = 14;
constexpr int textHeight = 20;
constexpr int topBand = 14; // for the handle's head and the words at shifts
constexpr int pageSteps = 10;

} // namespace

Timeline::Timeline(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Timeline of the user"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Timeline::setEvents(std::vector<TimelineEvent> events)
{
    m_events = std::move(events);
    m_position = m_events.empty() ? -1 : std::clamp(m_position, 0, count() - 1);
    update();
}

void Timeline::setPosition(int position)
{
    const int wanted = m_events.empty() ? -1 : std::clamp(position, 0, count() - 1);
    if (wanted == m_position)
        return;
    m_position = wanted;
    if (wanted >= 0)
        setAccessibleDescription(tr("Interaction %1 of %2").arg(wanted + 1).arg(count()));
    update();
    emit positionChanged(m_position);
}

double Timeline::xOf(int position) const
{
    const double span = std::max(1, width() - 2 * sideMargin);
    return sideMargin + span * (position + 0.5) / std::max(1, count());
}

int Timeline::positionAt(double x) const
{
    const double span = std::max(1, width() - 2 * sideMargin);
    return static_cast<int>(std::floor((x - sideMargin) / span * count()));
}

void Timeline::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), palette().base());
    painter.setPen(hasFocus() ? palette().color(QPalette::Highlight) : palette().color(QPalette::Mid));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    if (m_events.empty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect(), Qt::AlignCenter, tr("Choose a user to see their interactions in time."));
        return;
    }
    paintTicks(painter);
    paintShifts(painter);
    paintMarks(painter);
    paintHandle(painter);
    paintTexts(painter);
}

void Timeline::setMarked(std::vector<int> positions)
{
    if (positions == m_marked)
        return;
    m_marked = std::move(positions);
    update();
}

void Timeline::paintShifts(QPainter& painter) const
{
    painter.setPen(QPen(palette().color(QPalette::Text), 1, Qt::DashLine));
    const double spacing = (width() - 2.0 * sideMargin) / std::max(1, count());
    const QFontMetrics metrics = painter.fontMetrics();
    const QString text = tr("shift");
    double freeFrom = 0;
    for (int i = 0; i < count(); ++i) {
        if (m_events[static_cast<std::size_t>(i)].shift.isEmpty())
            continue;
        const double x = xOf(i) - spacing / 2; // before the first interaction under the new taste
        painter.drawLine(QPointF(x, 3), QPointF(x, height() - textHeight));
        if (x < freeFrom)
            continue;
        const double handle = xOf(m_position);
        const bool isUnderHandle = std::abs(handle - x) < 12;
        const double left = isUnderHandle ? handle + 9 : x + 3;
        painter.drawText(QRectF(left, 0, metrics.horizontalAdvance(text) + 1, topBand + 2), Qt::AlignCenter, text);
        freeFrom = left + metrics.horizontalAdvance(text) + 5;
    }
}

void Timeline::paintMarks(QPainter& painter) const
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette().color(QPalette::Text));
    const double y = height() - textHeight - 3.0;
    for (const int position : m_marked)
        if (position >= 0 && position < count())
            painter.drawEllipse(QPointF(xOf(position), y), 2.5, 2.5);
}

void Timeline::paintTicks(QPainter& painter) const
{
    const double middle = (height() - textHeight + topBand) / 2.0;
    const double length = middle - topBand - 2;
    const double spacing = (width() - 2.0 * sideMargin) / std::max(1, count());
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawLine(QPointF(sideMargin, middle), QPointF(width() - sideMargin, middle));
    for (int i = 0; i < count(); ++i) {
        const bool isLiked = m_events[static_cast<std::size_t>(i)].isLiked;
        QColor color = labelColor(isLiked, palette());
        if (i >= m_position)
            color.setAlphaF(0.35F); // not known yet at this moment
        painter.setPen(QPen(color, std::clamp(spacing * 0.6, 0.8, 4.0), Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(xOf(i), middle), QPointF(xOf(i), isLiked ? middle - length : middle + length));
    }
}

void Timeline::paintHandle(QPainter& painter) const
{
    const double x = xOf(m_position);
    const QColor highlight = palette().color(QPalette::Highlight);
    const QColor color = isDarkPalette(palette()) ? highlight.lighter(160) : highlight;
    painter.setPen(QPen(color, 2));
    painter.drawLine(QPointF(x, 3), QPointF(x, height() - textHeight - 1));
    painter.setBrush(color);
    painter.setPen(Qt::NoPen);
    painter.drawPolygon(QPolygonF({{x - 6, 2}, {x + 6, 2}, {x, 10}}));
}

void Timeline::paintTexts(QPainter& painter) const
{
    const QRect line(sideMargin, height() - textHeight, width() - 2 * sideMargin, textHeight - 2);
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, m_events.front().time.left(10));
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, m_events.back().time.left(10));
    const TimelineEvent& now = m_events[static_cast<std::size_t>(m_position)];
    const QString text = tr("%1 of %2 · %3 · next: %4 (%5)")
                             .arg(m_position + 1)
                             .arg(count())
                             .arg(now.time, now.title, now.isLiked ? tr("liked") : tr("disliked"));
    painter.setPen(palette().color(QPalette::Text));
    const QRect between = line.adjusted(90, 0, -90, 0);
    painter.drawText(between, Qt::AlignCenter, painter.fontMetrics().elidedText(text, Qt::ElideRight, between.width()));
}

void Timeline::moveToShift(bool isForward)
{
    for (int at = m_position + (isForward ? 1 : -1); at >= 0 && at < count(); at += isForward ? 1 : -1)
        if (!m_events[static_cast<std::size_t>(at)].shift.isEmpty())
            return setPosition(at);
}

void Timeline::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        setPosition(positionAt(event->position().x()));
}

void Timeline::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        setPosition(positionAt(event->position().x()));
}

void Timeline::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        return moveBy(-1);
    case Qt::Key_Right:
        return moveBy(1);
    case Qt::Key_Up:
        return moveToShift(false);
    case Qt::Key_Down:
        return moveToShift(true);
    case Qt::Key_PageUp:
        return moveBy(-pageSteps);
    case Qt::Key_PageDown:
        return moveBy(pageSteps);
    case Qt::Key_Home:
        return setPosition(0);
    case Qt::Key_End:
        return setPosition(count() - 1);
    default:
        QWidget::keyPressEvent(event);
    }
}

bool Timeline::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip || m_events.empty())
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int at = std::clamp(positionAt(help->pos().x()), 0, count() - 1);
    const TimelineEvent& item = m_events[static_cast<std::size_t>(at)];
    QString text = tr("%1\n%2, %3").arg(item.title, item.time, item.isLiked ? tr("liked") : tr("disliked"));
    if (!item.shift.isEmpty())
        text += QLatin1Char('\n') + item.shift;
    QToolTip::showText(help->globalPos(), text, this);
    return true;
}

} // namespace driftscope::ui
