// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/panelgraphs.h"

#include "ui/plots/armcolors.h"
#include "ui/plots/customplot.h"
#include "ui/plots/thincurve.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace driftscope::ui {

namespace {

/// From the smallest to the largest value taken.
struct Span {
    double lower = std::numeric_limits<double>::max();
    double upper = std::numeric_limits<double>::lowest();

    void take(double value)
    {
        lower = std::min(lower, value);
        upper = std::max(upper, value);
    }
};

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double shiftPlace = -0.5; // between the last event before a shift of taste and the first one after it
constexpr double leastMarkGap = 5; // points closer than so many pixels are a line without marks
constexpr int lineStep = 2; // pixels: highest and lowest of so many columns, as many points as there are columns
constexpr int bandStep = 4; // pixels: the time to fill a band grows with the square of its corners

/// What one panel's axes must show.
struct Extent {
    Span x;
    Span y;
    double count = 0;
};

Extent extentOf(const FigurePanel& panel, bool isDifference, const std::set<QString>& hidden)
{
    Extent extent;
    for (const auto& curve : panel.curves) {
        const bool isHidden = hidden.contains(QString::fromStdString(curve.arm));
        for (const auto& point : curve.points) {
            extent.count = std::max(extent.count, static_cast<double>(point.n));
            if (!point.value)
                continue; // windows with too few queries are not worth the room
            extent.x.take(point.at);
            if (isHidden)
                continue;
            extent.y.take(*point.value);
            if (point.hasBand) {
                extent.y.take(point.low);
                extent.y.take(point.high);
            }
        }
    }
    for (const auto& user : panel.users) {
        extent.x.take(user.a);
        extent.y.take(user.b);
    }
    if (panel.random)
        extent.y.take(*panel.random);
    if (isDifference)
        extent.y.take(0);
    return extent;
}

/// Room around the data; shares stay within [0, 1].
QCPRange paddedValues(const Span& range)
{
    if (range.lower > range.upper)
        return {0, 1};
    const double room = std::max(0.02, 0.08 * (range.upper - range.lower));
    const bool isShare = range.lower >= 0 && range.upper <= 1;
    return {isShare ? std::max(0.0, range.lower - room) : range.lower - room,
            isShare ? std::min(1.02, range.upper + room) : range.upper + room};
}

QCPRange paddedPlaces(const Span& range, const Figure& figure)
{
    if (range.lower > range.upper)
        return {0, 1};
    const double leastEvents = figure.axis == FigureAxis::Time ? 5.0 : 1.0;
    const double least = figure.isCalendar ? 86'400.0 : leastEvents;
    const double room = std::max(least, 0.04 * (range.upper - range.lower));
    return {range.lower - room, range.upper + room};
}

QCPScatterStyle marksOf(std::size_t arm, const FigureStyle& style)
{
    static constexpr std::array shapes {
        QCPScatterStyle::ssDisc,    QCPScatterStyle::ssSquare,           QCPScatterStyle::ssTriangle,
        QCPScatterStyle::ssDiamond, QCPScatterStyle::ssTriangleInverted, QCPScatterStyle::ssCross,
        QCPScatterStyle::ssPlus};
    const QColor color = armColor(arm, style.isDark);
    return {shapes[(arm + arm / armColorCount) % shapes.size()], QPen(color, 0.7 * style.unit), QBrush(color),
            3.4 * style.unit};
}

/// Points as graphs take them; a value that is not there is a gap.
struct GraphData {
    QVector<double> keys;
    QVector<double> values;
    QVector<double> lows;
    QVector<double> highs;

    void add(double key, double value, double low, double high)
    {
        keys << key;
        values << value;
        lows << low;
        highs << high;
    }
};

GraphData graphData(const std::vector<simulate::CurvePoint>& points, bool breaksAtShift)
{
    GraphData data;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto& point = points[i];
        if (breaksAtShift && i > 0 && point.at > shiftPlace && points[i - 1].at < shiftPlace)
            data.add(shiftPlace, nothing, nothing, nothing); // no line is drawn over the shift
        const bool hasBand = point.value && point.hasBand;
        data.add(point.at, point.value.value_or(nothing), hasBand ? point.low : nothing,
                 hasBand ? point.high : nothing);
    }
    return data;
}

double stepOf(const simulate::Curve& curve, double widest)
{
    double step = std::max(1.0, widest);
    for (std::size_t i = 1; i < curve.points.size(); ++i)
        step = std::min(step, curve.points[i].at - curve.points[i - 1].at);
    return step;
}

} // namespace

PanelGraphs::PanelGraphs(QCPAxisRect& curves, QCPAxisRect* counts, const Figure& figure, const FigurePanel& panel,
                         FigureStyle style, int pixels)
    : m_rect(curves)
    , m_counts(counts)
    , m_figure(figure)
    , m_panel(panel)
    , m_style(std::move(style))
    , m_pixels(pixels)
{
    if (m_figure.isDifference)
        addLevel(0, {});
    else if (panel.random)
        addLevel(*panel.random, QCoreApplication::translate("Figure", "random ranker"));
    if (figure.axis == FigureAxis::SinceShift)
        addShiftLine();
    for (const auto& curve : panel.curves)
        addCurve(curve);
    for (const Line& line : m_lines)
        line.line->setLayer(QStringLiteral("main")); // the last one drawn lies above all bands
    if (!panel.users.empty())
        addUsers();
    if (counts && !panel.curves.empty())
        addBars();
}

QCPAxis* PanelGraphs::x() const
{
    return m_rect.axis(QCPAxis::atBottom);
}

QCPAxis* PanelGraphs::y() const
{
    return m_rect.axis(QCPAxis::atLeft);
}

bool PanelGraphs::isHidden(std::size_t curve) const
{
    return m_style.hiddenArms.contains(QString::fromStdString(m_panel.curves[curve].arm));
}

std::size_t PanelGraphs::armOf(const simulate::Curve& curve) const
{
    const auto found = std::ranges::find(m_figure.arms, QString::fromStdString(curve.arm));
    return static_cast<std::size_t>(found - m_figure.arms.begin());
}

int PanelGraphs::pixels() const
{
    constexpr int leastWidth = 10; // what is narrower was not laid out yet
    return std::max(1, m_rect.width() > leastWidth ? m_rect.width() : m_pixels);
}

void PanelGraphs::addLevel(double value, const QString& name)
{
    m_level = new QCPGraph(x(), y());
    QPen pen(randomColor(m_style.isDark), len(0.8));
    pen.setStyle(Qt::DashLine);
    m_level->setPen(pen);
    m_level->addData(0, value);
    m_level->setName(name);
    if (!name.isEmpty())
        m_random = m_level;
}

/// Upright, between the last event of the old taste and the first of the new one.
void PanelGraphs::addShiftLine()
{
    m_shift = new QCPGraph(x(), y());
    m_shift->setPen(QPen(m_style.text, len(0.8)));
}

void PanelGraphs::addCurve(const simulate::Curve& curve)
{
    const std::size_t arm = armOf(curve);
    const QColor color = armColor(arm, m_style.isDark);
    QColor shade = color;
    shade.setAlphaF(m_style.isDark ? 0.28F : 0.18F);
    Line line {new QCPGraph(x(), y()), new QCPGraph(x(), y()), new QCPGraph(x(), y())};
    line.low->setPen(Qt::NoPen);
    line.high->setPen(Qt::NoPen);
    line.high->setBrush(shade);
    line.high->setChannelFillGraph(line.low);
    QPen pen(color, len(1.3));
    const std::size_t round = arm / armColorCount; // colours come again: other marks and a dotted line tell them apart
    if (round > 0)
        pen.setStyle(Qt::DotLine);
    line.line->setPen(pen);
    line.line->setName(QString::fromStdString(curve.arm));
    m_lines.push_back(line);
}

void PanelGraphs::addUsers()
{
    m_diagonal = new QCPGraph(x(), y());
    QPen pen(randomColor(m_style.isDark), len(0.8));
    pen.setStyle(Qt::DashLine);
    m_diagonal->setPen(pen);
    auto* marks = new QCPGraph(x(), y());
    QColor color = armColor(0, m_style.isDark);
    QColor filling = color;
    filling.setAlphaF(0.35F); // where many lie on one another, it is darker
    marks->setLineStyle(QCPGraph::lsNone);
    marks->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(color, len(0.5)), QBrush(filling), len(5)));
    QVector<double> keys;
    QVector<double> values;
    for (const auto& user : m_panel.users) {
        keys << user.a;
        values << user.b;
    }
    marks->setData(keys, values);
}

void PanelGraphs::addBars()
{
    m_bars = new QCPBars(m_counts->axis(QCPAxis::atBottom), m_counts->axis(QCPAxis::atLeft));
    m_bars->setPen(Qt::NoPen);
    m_bars->setBrush(QBrush(m_style.isDark ? QColor(0x80, 0x80, 0x80) : QColor(0x9a, 0x9a, 0x9a)));
}

void PanelGraphs::fit()
{
    const Extent extent = extentOf(m_panel, m_figure.isDifference, m_style.hiddenArms);
    Span values = extent.y;
    const bool isSquare = m_figure.axis == FigureAxis::Users; // both axes alike: the diagonal parts the users
    if (isSquare && extent.x.lower <= extent.x.upper) {
        values.take(extent.x.lower);
        values.take(extent.x.upper);
    }
    x()->setRange(isSquare ? paddedValues(values) : paddedPlaces(extent.x, m_figure));
    y()->setRange(paddedValues(values));
    if (!m_panel.curves.empty())
        m_step = stepOf(m_panel.curves.front(), extent.x.upper - extent.x.lower);
    if (m_counts) {
        QCPAxis* n = m_counts->axis(QCPAxis::atLeft);
        n->setRange(0, std::max(1.0, extent.count * 1.15));
        auto ticks = QSharedPointer<QCPAxisTickerText>::create();
        ticks->addTick(0, QStringLiteral("0"));
        ticks->addTick(extent.count, QString::number(extent.count, 'f', 0));
        n->setTicker(ticks);
    }
    fill();
}

void PanelGraphs::fill()
{
    const QCPRange range = x()->range();
    if (m_counts)
        m_counts->axis(QCPAxis::atBottom)->setRange(range);
    if (m_level) {
        const double value = m_level->data()->constBegin()->value;
        m_level->setData({range.lower, range.upper}, {value, value}, true);
    }
    if (m_shift)
        m_shift->setData({shiftPlace, shiftPlace}, {y()->range().lower, y()->range().upper}, true);
    if (m_diagonal) {
        const double least = std::max(range.lower, y()->range().lower);
        const double most = std::min(range.upper, y()->range().upper);
        m_diagonal->setData({least, most}, {least, most}, true);
    }
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        fillCurve(m_lines[i], m_panel.curves[i]);
    if (m_bars)
        fillBars();
}

void PanelGraphs::fillCurve(const Line& line, const simulate::Curve& curve)
{
    if (m_style.hiddenArms.contains(QString::fromStdString(curve.arm)))
        return; // as new graphs are: without data
    const QCPRange range = x()->range();
    const int width = pixels();
    const auto points = thinCurve(curve.points, range.lower, range.upper, std::max(1, width / lineStep));
    const bool breaksAtShift = m_figure.axis == FigureAxis::SinceShift;
    const double gap = points.empty() ? 0 : width / static_cast<double>(points.size());
    const GraphData shown = graphData(points, breaksAtShift);
    line.line->setData(shown.keys, shown.values, true);
    const GraphData band = gap >= leastMarkGap
        ? shown
        : graphData(thinCurve(curve.points, range.lower, range.upper, std::max(1, width / bandStep)), breaksAtShift);
    line.low->setData(band.keys, band.lows, true);
    line.high->setData(band.keys, band.highs, true);
    // Thinned points of one pixel are drawn one on another: a mark for each would be a blot.
    const bool hasMarks = gap >= leastMarkGap || m_figure.axis == FigureAxis::Lag;
    line.line->setScatterStyle(hasMarks ? marksOf(armOf(curve), m_style) : QCPScatterStyle());
    // A line that goes up and down in every pixel is drawn thin and without smoothing: else a frame takes seconds.
    const bool isDense = gap < leastMarkGap;
    QPen pen = line.line->pen();
    pen.setWidthF(isDense && !m_style.isPaper ? 1 : len(1.3));
    line.line->setPen(pen);
    line.line->setAntialiased(!isDense || m_style.isPaper);
    line.high->setAntialiasedFill(!isDense || m_style.isPaper);
}

void PanelGraphs::fillBars()
{
    const QCPRange range = x()->range();
    const int width = pixels();
    QVector<double> keys;
    QVector<double> counts;
    const auto points = thinCurve(m_panel.curves.front().points, range.lower, range.upper, std::max(1, width / 2));
    for (const auto& point : points) {
        keys << point.at;
        counts << static_cast<double>(point.n);
    }
    m_bars->setWidth(std::max(0.6 * m_step, range.size() / width));
    m_bars->setData(keys, counts, true);
}

} // namespace driftscope::ui
