// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/figurelayout.h"

#include "ui/plots/armcolors.h"
#include "ui/plots/customplot.h"

#include <QCoreApplication>
#include <QFontMetricsF>

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

constexpr double shiftPlace = -0.5; // between the last event before a shift of taste and the first one after it

/// What one panel's axes must show.
struct Extent {
    Span x;
    Span y;
    double count = 0;
};

Extent extentOf(const FigurePanel& panel)
{
    Extent extent;
    for (const auto& curve : panel.curves)
        for (const auto& point : curve.points) {
            extent.count = std::max(extent.count, static_cast<double>(point.n));
            if (!point.value)
                continue; // windows with too few queries are not worth the room
            extent.x.take(point.at);
            extent.y.take(*point.value);
            if (point.hasBand) {
                extent.y.take(point.low);
                extent.y.take(point.high);
            }
        }
    if (panel.random)
        extent.y.take(*panel.random);
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

class Layouter
{
public:
    Layouter(QCustomPlot& plot, const Figure& figure, const FigureStyle& style, QSizeF size)
        : m_plot(plot)
        , m_figure(figure)
        , m_style(style)
        , m_size(size)
    {
    }

    void layOut()
    {
        clear();
        auto* outer = m_plot.plotLayout();
        outer->setRowSpacing(px(2));
        m_legend = new QCPLegend;
        auto* legendRow = new QCPLayoutGrid; // the empty second column keeps the entries together at the left
        outer->addElement(0, 0, legendRow);
        legendRow->addElement(0, 0, m_legend);
        legendRow->addElement(0, 1, new QCPLayoutElement);
        legendRow->setColumnStretchFactor(0, 0.001);
        m_legend->setLayer(QStringLiteral("legend"));
        auto* panels = new QCPLayoutGrid;
        outer->addElement(1, 0, panels);
        panels->setColumnSpacing(px(8));
        panels->setRowSpacing(px(4));
        const int columns = columnCount();
        for (int i = 0; i < static_cast<int>(m_figure.panels.size()); ++i)
            panels->addElement(i / columns, i % columns, makePanel(m_figure.panels[static_cast<std::size_t>(i)]));
        finishLegend();
        if (m_style.showsCaption && !m_figure.caption.isEmpty())
            addCaption();
    }

private:
    int px(double points) const { return std::max(1, static_cast<int>(std::lround(points * m_style.unit))); }
    double len(double points) const { return points * m_style.unit; }
    QFont font(double points, bool isBold = false) const
    {
        QFont result;
        if (!m_style.showsCaption) // on screen: the program's font; on paper: what journals ask for
            result = m_plot.font();
        else
            result.setFamilies({QStringLiteral("Liberation Sans"), QStringLiteral("Arial"),
                                QStringLiteral("Nimbus Sans"), QStringLiteral("DejaVu Sans")});
        result.setPixelSize(px(points)); // pixels, not points: the plot measures text by the screen's resolution
        result.setBold(isBold);
        return result;
    }
    int columnCount() const { return m_figure.panels.size() > 1 && m_size.width() > 1.3 * m_size.height() ? 2 : 1; }

    void clear()
    {
        m_plot.clearItems();
        m_plot.clearPlottables();
        m_plot.plotLayout()->clear();
        m_plot.plotLayout()->simplify();
        m_plot.setAutoAddPlottableToLegend(false);
        m_plot.setBackground(QBrush(m_style.background));
    }

    void dress(QCPAxisRect* rect) const
    {
        for (QCPAxis* axis : rect->axes()) {
            axis->setLayer(QStringLiteral("axes"));
            axis->grid()->setLayer(QStringLiteral("grid"));
            axis->setBasePen(QPen(m_style.text, len(0.5)));
            axis->setTickPen(QPen(m_style.text, len(0.5)));
            axis->setSubTickPen(QPen(m_style.text, len(0.35)));
            axis->setTickLength(0, px(2.5));
            axis->setSubTickLength(0, px(1.2));
            axis->setTickLabelPadding(px(2));
            axis->setLabelPadding(px(3));
            axis->setTickLabelFont(font(m_style.fontPoints - 1));
            axis->setLabelFont(font(m_style.fontPoints));
            axis->setTickLabelColor(m_style.text);
            axis->setLabelColor(m_style.text);
            axis->grid()->setPen(QPen(m_style.grid, len(0.4)));
            axis->grid()->setZeroLinePen(Qt::NoPen);
        }
        rect->axis(QCPAxis::atTop)->setVisible(false);
        rect->axis(QCPAxis::atRight)->setVisible(false);
        rect->setAutoMargins(QCP::msAll);
        rect->setMinimumMargins(QMargins(px(4), px(2), px(4), px(2)));
    }

    /// Curves above, how many queries stand behind each point below, on one x axis.
    QCPLayoutGrid* makePanel(const FigurePanel& panel)
    {
        auto* cell = new QCPLayoutGrid;
        auto* curves = new QCPAxisRect(&m_plot, true);
        auto* counts = new QCPAxisRect(&m_plot, true);
        cell->addElement(0, 0, curves);
        cell->addElement(1, 0, counts);
        cell->setRowSpacing(0);
        cell->setRowStretchFactor(0, 5);
        cell->setRowStretchFactor(1, 1);
        auto* group = new QCPMarginGroup(&m_plot);
        for (auto* rect : {curves, counts}) {
            dress(rect);
            rect->setMarginGroup(QCP::msLeft | QCP::msRight, group);
        }
        const Extent extent = extentOf(panel);
        fillCurves(*curves, panel, extent);
        fillCounts(*counts, panel, extent);
        return cell;
    }

    void fillCurves(QCPAxisRect& rect, const FigurePanel& panel, const Extent& extent)
    {
        QCPAxis* x = rect.axis(QCPAxis::atBottom);
        QCPAxis* y = rect.axis(QCPAxis::atLeft);
        x->setTickLabels(false);
        x->setRange(paddedPlaces(extent.x, m_figure));
        y->setRange(paddedValues(extent.y));
        y->setLabel(metricTitle(panel.metric));
        shareTicker(x);
        if (panel.random)
            addRandomLine(x, y, *panel.random);
        if (m_figure.axis == FigureAxis::SinceShift)
            addShiftLine(x, y);
        for (const auto& curve : panel.curves)
            addBand(x, y, curve);
        for (const auto& curve : panel.curves)
            addLine(x, y, curve);
    }

    void fillCounts(QCPAxisRect& rect, const FigurePanel& panel, const Extent& extent)
    {
        QCPAxis* x = rect.axis(QCPAxis::atBottom);
        QCPAxis* y = rect.axis(QCPAxis::atLeft);
        x->setRange(paddedPlaces(extent.x, m_figure));
        x->setLabel(axisLabel(m_figure));
        shareTicker(x);
        y->setRange(0, std::max(1.0, extent.count * 1.15));
        y->setLabel(QStringLiteral("n"));
        y->grid()->setVisible(false);
        y->setSubTicks(false);
        auto ticks = QSharedPointer<QCPAxisTickerText>::create();
        ticks->addTick(0, QStringLiteral("0"));
        ticks->addTick(extent.count, QString::number(extent.count, 'f', 0));
        y->setTicker(ticks);
        if (!panel.curves.empty())
            addBars(x, y, panel.curves.front(), extent.x);
    }

    void shareTicker(QCPAxis* x) const
    {
        if (!m_figure.isCalendar)
            return;
        auto ticker = QSharedPointer<QCPAxisTickerDateTime>::create();
        ticker->setDateTimeSpec(Qt::UTC);
        ticker->setDateTimeFormat(QStringLiteral("yyyy-MM-dd"));
        ticker->setTickCount(4);
        x->setTicker(ticker);
    }

    void addBars(QCPAxis* x, QCPAxis* y, const simulate::Curve& curve, const Span& range)
    {
        auto* bars = new QCPBars(x, y);
        double step = std::max(1.0, range.upper - range.lower);
        for (std::size_t i = 1; i < curve.points.size(); ++i)
            step = std::min(step, curve.points[i].at - curve.points[i - 1].at);
        bars->setWidth(0.6 * step);
        bars->setPen(Qt::NoPen);
        bars->setBrush(QBrush(m_style.isDark ? QColor(0x80, 0x80, 0x80) : QColor(0x9a, 0x9a, 0x9a)));
        for (const auto& point : curve.points)
            bars->addData(point.at, static_cast<double>(point.n));
    }

    /// Upright, between the last event of the old taste and the first of the new one.
    void addShiftLine(QCPAxis* x, QCPAxis* y) const
    {
        auto* line = new QCPGraph(x, y);
        line->setPen(QPen(m_style.text, len(0.8)));
        line->addData(shiftPlace, y->range().lower);
        line->addData(shiftPlace, y->range().upper);
    }

    /// True if the shift lies between a point and the one before it: no line is drawn over it.
    bool isFirstAfterShift(const simulate::Curve& curve, const simulate::CurvePoint& point) const
    {
        const bool isFirst = &point == curve.points.data();
        return m_figure.axis == FigureAxis::SinceShift && !isFirst && point.at > shiftPlace
            && (&point - 1)->at < shiftPlace;
    }

    void addRandomLine(QCPAxis* x, QCPAxis* y, double value)
    {
        auto* graph = new QCPGraph(x, y);
        QPen pen(randomColor(m_style.isDark), len(0.8));
        pen.setStyle(Qt::DashLine);
        graph->setPen(pen);
        graph->addData(x->range().lower, value);
        graph->addData(x->range().upper, value);
        graph->setName(QCoreApplication::translate("Figure", "random ranker"));
        if (!std::exchange(m_hasRandomInLegend, true))
            m_randomGraph = graph;
    }

    std::size_t armOf(const simulate::Curve& curve) const
    {
        const auto found = std::ranges::find(m_figure.arms, QString::fromStdString(curve.arm));
        return static_cast<std::size_t>(found - m_figure.arms.begin());
    }

    void addBand(QCPAxis* x, QCPAxis* y, const simulate::Curve& curve)
    {
        auto* low = new QCPGraph(x, y);
        auto* high = new QCPGraph(x, y);
        for (const auto& point : curve.points) {
            const double nothing = std::numeric_limits<double>::quiet_NaN();
            if (isFirstAfterShift(curve, point)) {
                low->addData(shiftPlace, nothing);
                high->addData(shiftPlace, nothing);
            }
            const bool isKnown = point.value && point.hasBand;
            low->addData(point.at, isKnown ? point.low : nothing);
            high->addData(point.at, isKnown ? point.high : nothing);
        }
        QColor color = armColor(armOf(curve), m_style.isDark);
        color.setAlphaF(m_style.isDark ? 0.28F : 0.18F);
        low->setPen(Qt::NoPen);
        high->setPen(Qt::NoPen);
        high->setBrush(color);
        high->setChannelFillGraph(low);
    }

    void addLine(QCPAxis* x, QCPAxis* y, const simulate::Curve& curve)
    {
        static constexpr std::array shapes {
            QCPScatterStyle::ssDisc,    QCPScatterStyle::ssSquare,           QCPScatterStyle::ssTriangle,
            QCPScatterStyle::ssDiamond, QCPScatterStyle::ssTriangleInverted, QCPScatterStyle::ssCross,
            QCPScatterStyle::ssPlus};
        const std::size_t arm = armOf(curve);
        const QColor color = armColor(arm, m_style.isDark);
        auto* graph = new QCPGraph(x, y);
        QPen pen(color, len(1.3));
        const std::size_t round =
            arm / armColorCount; // colours come again: other marks and a dotted line tell them apart
        if (round > 0)
            pen.setStyle(Qt::DotLine);
        graph->setPen(pen);
        graph->setScatterStyle(
            QCPScatterStyle(shapes[(arm + round) % shapes.size()], QPen(color, len(0.7)), QBrush(color), len(3.4)));
        graph->setName(QString::fromStdString(curve.arm));
        for (const auto& point : curve.points) {
            if (isFirstAfterShift(curve, point))
                graph->addData(shiftPlace, std::numeric_limits<double>::quiet_NaN());
            graph->addData(point.at, point.value ? *point.value : std::numeric_limits<double>::quiet_NaN());
        }
        const bool isNew =
            std::ranges::none_of(m_legendGraphs, [&](const QCPGraph* other) { return other->name() == graph->name(); });
        if (isNew)
            m_legendGraphs.push_back(graph);
    }

    void finishLegend()
    {
        if (m_randomGraph)
            m_legendGraphs.push_back(m_randomGraph);
        m_legend->setBorderPen(Qt::NoPen);
        m_legend->setBrush(Qt::NoBrush);
        m_legend->setFont(font(m_style.fontPoints - 0.5));
        m_legend->setTextColor(m_style.text);
        m_legend->setIconSize(px(16), px(7));
        m_legend->setIconTextPadding(px(3));
        m_legend->setMargins(QMargins(px(6), px(2), px(6), 0));
        m_legend->setColumnSpacing(px(8));
        m_legend->setRowSpacing(px(1));
        m_legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
        m_legend->setWrap(legendColumns());
        for (QCPGraph* graph : m_legendGraphs)
            graph->addToLegend(m_legend);
        m_plot.plotLayout()->setRowStretchFactor(0, 0.001);
        m_legend->setMaximumSize(m_legend->minimumOuterSizeHint());
    }

    /// As many entries in a row as fit the widest of them.
    int legendColumns() const
    {
        const QFontMetricsF metrics(font(m_style.fontPoints - 0.5));
        double widest = 1;
        for (const QCPGraph* graph : m_legendGraphs)
            widest = std::max(widest, metrics.horizontalAdvance(graph->name()));
        return std::max(1, static_cast<int>((m_size.width() - len(12)) / (widest + len(27))));
    }

    void addCaption()
    {
        const QFont small = font(m_style.fontPoints - 1.5);
        const QFontMetricsF metrics(small);
        QString wrapped;
        QString line;
        for (const QString& word : m_figure.caption.split(QLatin1Char(' '))) {
            const QString longer = line.isEmpty() ? word : line + QLatin1Char(' ') + word;
            if (!line.isEmpty() && metrics.horizontalAdvance(longer) > m_size.width() - len(12)) {
                wrapped += line + QLatin1Char('\n');
                line = word;
            } else {
                line = longer;
            }
        }
        auto* text = new QCPTextElement(&m_plot, wrapped + line, small);
        text->setTextFlags(Qt::AlignLeft | Qt::AlignTop);
        text->setTextColor(m_style.text);
        text->setMargins(QMargins(px(6), px(2), px(6), px(3)));
        m_plot.plotLayout()->addElement(2, 0, text);
    }

    QCustomPlot& m_plot;
    const Figure& m_figure;
    const FigureStyle& m_style;
    QSizeF m_size;
    QCPLegend* m_legend = nullptr;
    QCPGraph* m_randomGraph = nullptr;
    bool m_hasRandomInLegend = false;
    std::vector<QCPGraph*> m_legendGraphs;
};

} // namespace

FigureStyle paperStyle(double unit)
{
    FigureStyle style;
    style.background = Qt::white;
    style.text = Qt::black;
    style.grid = QColor(0xe0, 0xe0, 0xe0);
    style.unit = unit;
    style.showsCaption = true;
    return style;
}

FigureStyle screenStyle(const QPalette& palette, double unit, double fontPoints)
{
    FigureStyle style;
    style.background = palette.color(QPalette::Base);
    style.text = palette.color(QPalette::Text);
    style.isDark = style.background.lightnessF() < 0.5F;
    style.grid = style.isDark ? style.background.lighter(170) : style.background.darker(112);
    if (style.isDark && style.background.lightnessF() < 0.05F)
        style.grid = QColor(0x40, 0x40, 0x40);
    style.unit = unit;
    style.fontPoints = fontPoints;
    return style;
}

void layOutFigure(QCustomPlot& plot, const Figure& figure, const FigureStyle& style, QSizeF size)
{
    Layouter(plot, figure, style, size).layOut();
}

} // namespace driftscope::ui
