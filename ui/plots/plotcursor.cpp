// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/plotcursor.h"

#include "core/base/simtime.h"
#include "ui/plots/armcolors.h"
#include "ui/plots/customplot.h"
#include "ui/plots/panelgraphs.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace driftscope::ui {

namespace {

constexpr double hitPixels = 9;

/// "event 12", "3.5 events since the shift", "2017-03-01"
QString placeText(const Figure& figure, double at)
{
    if (figure.axis == FigureAxis::SinceShift)
        return PlotCursor::tr("%1 events since the shift").arg(at);
    if (figure.axis == FigureAxis::Lag)
        return PlotCursor::tr("lag %1").arg(at);
    return figure.isCalendar ? QString::fromStdString(formatTime(fromUnix(static_cast<std::int64_t>(at)))).left(10)
                             : PlotCursor::tr("event %1").arg(at, 0, 'f', 0);
}

/// The point of a curve nearest to x among those with a value; nothing if it has none.
std::optional<std::size_t> nearestPoint(const simulate::Curve& curve, double x)
{
    const auto& points = curve.points;
    const auto after = std::ranges::lower_bound(points, x, {}, &simulate::CurvePoint::at) - points.begin();
    std::optional<std::size_t> best;
    const auto take = [&](std::ptrdiff_t from, std::ptrdiff_t by) {
        for (std::ptrdiff_t i = from; i >= 0 && i < std::ssize(points); i += by)
            if (points[static_cast<std::size_t>(i)].value) {
                const auto at = static_cast<std::size_t>(i);
                if (!best || std::abs(points[at].at - x) < std::abs(points[*best].at - x))
                    best = at;
                return;
            }
    };
    take(after, 1);
    take(after - 1, -1);
    return best;
}

QString armName(const Figure& figure, std::size_t arm)
{
    return arm < figure.arms.size() ? figure.arms[arm] : QString();
}

QString valueText(const simulate::CurvePoint& point)
{
    const QString value = QString::number(*point.value, 'f', 3);
    return point.hasBand ? QStringLiteral("%1 [%2, %3]").arg(value).arg(point.low, 0, 'f', 3).arg(point.high, 0, 'f', 3)
                         : value;
}

} // namespace

PlotCursor::PlotCursor(QWidget* parent)
    : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void PlotCursor::setFigure(const Figure* figure, const FigureParts* parts)
{
    m_figure = figure;
    m_parts = parts;
    m_user.reset();
    if (!parts)
        return; // a new figure comes: the place is looked for again in that
    const bool isThere = m_place && m_place->panel < parts->panels.size()
        && m_place->curve < figure->panels[m_place->panel].curves.size()
        && m_place->point < curveAt(*m_place).points.size() && curveAt(*m_place).points[m_place->point].value;
    if (!isThere)
        m_place.reset();
    update();
}

const simulate::Curve& PlotCursor::curveAt(const Place& place) const
{
    return m_figure->panels[place.panel].curves[place.curve];
}

std::optional<PlotCursor::Place> PlotCursor::nearest(QPoint position) const
{
    for (std::size_t panel = 0; m_parts && panel < m_parts->panels.size(); ++panel) {
        const PanelGraphs& graphs = *m_parts->panels[panel];
        const bool isInCounts = graphs.counts() && graphs.counts()->rect().contains(position);
        if (!graphs.rect().rect().contains(position) && !isInCounts)
            continue;
        const double x = graphs.x()->pixelToCoord(position.x());
        std::optional<Place> best;
        double bestDistance = 0;
        for (std::size_t curve = 0; curve < graphs.panel().curves.size(); ++curve) {
            const auto point = graphs.isHidden(curve) ? std::nullopt : nearestPoint(graphs.panel().curves[curve], x);
            const auto at = point ? positionOf({panel, curve, *point}) : std::nullopt;
            if (!at)
                continue;
            const double distance = std::hypot(at->x() - position.x(), at->y() - position.y());
            if (best && distance >= bestDistance)
                continue;
            best = Place {panel, curve, *point};
            bestDistance = distance;
        }
        return best;
    }
    return {};
}

std::optional<simulate::UserValues> PlotCursor::nearestUser(QPoint position) const
{
    std::optional<simulate::UserValues> best;
    double bestDistance = hitPixels;
    for (std::size_t panel = 0; m_parts && panel < m_parts->panels.size(); ++panel) {
        const PanelGraphs& graphs = *m_parts->panels[panel];
        for (const auto& user : graphs.panel().users) {
            const double distance = std::hypot(graphs.x()->coordToPixel(user.a) - position.x(),
                                               graphs.y()->coordToPixel(user.b) - position.y());
            if (distance < bestDistance) {
                best = user;
                bestDistance = distance;
            }
        }
    }
    return best;
}

void PlotCursor::moveTo(std::optional<Place> place)
{
    if (place == m_place && !m_user)
        return;
    m_user.reset();
    m_place = place;
    update();
}

void PlotCursor::showUser(const std::optional<simulate::UserValues>& user)
{
    m_place.reset();
    m_user = user;
    update();
}

void PlotCursor::step(int by)
{
    if (!m_parts)
        return;
    for (std::size_t panel = 0; !m_place && panel < m_figure->panels.size(); ++panel)
        for (std::size_t curve = 0; !m_place && curve < m_figure->panels[panel].curves.size(); ++curve)
            if (const auto point = nearestPoint(m_figure->panels[panel].curves[curve], -1e300)) {
                moveTo(Place {panel, curve, *point});
                return;
            }
    if (!m_place)
        return;
    const auto& points = curveAt(*m_place).points;
    for (auto i = static_cast<std::ptrdiff_t>(m_place->point) + by; i >= 0 && i < std::ssize(points); i += by)
        if (points[static_cast<std::size_t>(i)].value) {
            moveTo(Place {m_place->panel, m_place->curve, static_cast<std::size_t>(i)});
            return;
        }
}

bool PlotCursor::isHit(QPoint position, const Place& place) const
{
    const auto at = positionOf(place);
    return at && std::hypot(at->x() - position.x(), at->y() - position.y()) <= hitPixels;
}

std::optional<QPoint> PlotCursor::positionOf(const Place& place) const
{
    if (!m_parts || place.panel >= m_parts->panels.size() || place.curve >= m_figure->panels[place.panel].curves.size()
        || place.point >= curveAt(place).points.size())
        return {};
    const auto& point = curveAt(place).points[place.point];
    const PanelGraphs& graphs = *m_parts->panels[place.panel];
    if (!point.value)
        return {};
    return QPoint(static_cast<int>(std::lround(graphs.x()->coordToPixel(point.at))),
                  static_cast<int>(std::lround(graphs.y()->coordToPixel(*point.value))));
}

QString PlotCursor::curveText(const Place& place) const
{
    const FigurePanel& panel = m_figure->panels[place.panel];
    const auto& at = curveAt(place).points[place.point];
    QString text = tr("%1 at %2, n %3").arg(valueLabel(*m_figure, panel), placeText(*m_figure, at.at)).arg(at.n);
    for (std::size_t curve = 0; curve < panel.curves.size(); ++curve) {
        const auto point = nearestPoint(panel.curves[curve], at.at);
        if (!m_parts->panels[place.panel]->isHidden(curve) && point && panel.curves[curve].points[*point].at == at.at)
            text += QStringLiteral("\n%1: %2")
                        .arg(QString::fromStdString(panel.curves[curve].arm),
                             valueText(panel.curves[curve].points[*point]));
    }
    if (panel.random)
        text += tr("\nrandom ranker: %1").arg(*panel.random, 0, 'f', 3);
    return text;
}

QString PlotCursor::text() const
{
    QString text;
    if (!m_parts)
        return text;
    if (m_place)
        text = curveText(*m_place);
    else if (m_user)
        text = tr("user number %1, %2 moments\n%3: %4\n%5: %6")
                   .arg(m_user->user)
                   .arg(m_user->n)
                   .arg(armName(*m_figure, 0))
                   .arg(m_user->a, 0, 'f', 3)
                   .arg(armName(*m_figure, 1))
                   .arg(m_user->b, 0, 'f', 3);
    return text.isEmpty() || m_help.isEmpty() ? text : text + QLatin1Char('\n') + m_help;
}

void PlotCursor::paintLine(QPainter& painter, const Place& place) const
{
    const auto& at = curveAt(place).points[place.point];
    QColor faint = palette().color(QPalette::Text);
    faint.setAlphaF(0.5F);
    for (const auto& graphs : m_parts->panels) {
        if (m_figure->axis == FigureAxis::Users)
            continue;
        const double x = graphs->x()->coordToPixel(at.at);
        const QRect top = graphs->rect().rect();
        const QRect bottom = graphs->counts() ? graphs->counts()->rect() : top;
        if (x < top.left() || x > top.right())
            continue;
        painter.setPen(QPen(faint, 1, Qt::DashLine));
        painter.drawLine(QPointF(x, top.top()), QPointF(x, bottom.bottom()));
    }
    if (const auto spot = positionOf(place)) {
        painter.setPen(QPen(palette().color(QPalette::Text), 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(*spot, 5, 5);
    }
}

void PlotCursor::paintText(QPainter& painter, QPoint beside) const
{
    const QString shown = text();
    QRect box = painter.fontMetrics().boundingRect(QRect(0, 0, width() * 2 / 3, height()),
                                                   Qt::AlignLeft | Qt::TextWordWrap, shown);
    box.adjust(-6, -4, 6, 4);
    const bool isAtRight = beside.x() + 14 + box.width() < width();
    box.moveLeft(isAtRight ? beside.x() + 14 : std::max(0, beside.x() - 14 - box.width()));
    box.moveTop(std::clamp(beside.y() - box.height() - 10, 0, std::max(0, height() - box.height())));
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(palette().color(QPalette::ToolTipBase));
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(palette().color(QPalette::ToolTipText));
    painter.drawText(box.adjusted(6, 4, -6, -4), Qt::AlignLeft | Qt::TextWordWrap, shown);
}

void PlotCursor::paintEvent(QPaintEvent*)
{
    if (!m_parts || (!m_place && !m_user))
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPoint beside;
    if (m_place) {
        paintLine(painter, *m_place);
        beside = positionOf(*m_place).value_or(QPoint());
    } else {
        const PanelGraphs& graphs = *m_parts->panels.front();
        beside = QPoint(static_cast<int>(graphs.x()->coordToPixel(m_user->a)),
                        static_cast<int>(graphs.y()->coordToPixel(m_user->b)));
        painter.setPen(QPen(palette().color(QPalette::Text), 1.5));
        painter.drawEllipse(beside, 6, 6);
    }
    paintText(painter, beside);
}

} // namespace driftscope::ui
