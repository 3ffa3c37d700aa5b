// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/figurelayout.h"

#include "ui/plots/armcolors.h"
#include "ui/plots/customplot.h"
#include "ui/plots/panelgraphs.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace driftscope::ui {

namespace {

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

    FigureParts layOut()
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
        m_parts.legend = m_legend;
        return std::move(m_parts);
    }

private:
    int px(double points) const { return std::max(1, static_cast<int>(std::lround(points * m_style.unit))); }
    double len(double points) const { return points * m_style.unit; }
    QFont font(double points, bool isBold = false) const
    {
        QFont result;
        if (!m_style.isPaper) // on screen: the program's font; on paper: what journals ask for
            result = m_plot.font();
        else if (!m_style.fontFamily.isEmpty())
            result.setFamily(m_style.fontFamily);
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
        auto* counts = panel.curves.empty() ? nullptr : new QCPAxisRect(&m_plot, true);
        cell->addElement(0, 0, curves);
        cell->setRowSpacing(0);
        dress(curves);
        if (counts) {
            cell->addElement(1, 0, counts);
            cell->setRowStretchFactor(0, 5);
            cell->setRowStretchFactor(1, 1);
            auto* group = new QCPMarginGroup(&m_plot);
            dress(counts);
            for (auto* rect : {curves, counts})
                rect->setMarginGroup(QCP::msLeft | QCP::msRight, group);
        }
        dressCurves(*curves, panel, counts == nullptr);
        if (counts)
            dressCounts(*counts);
        m_parts.panels.push_back(std::make_unique<PanelGraphs>(*curves, counts, m_figure, panel, m_style,
                                                               static_cast<int>(m_size.width() / columnCount())));
        m_parts.panels.back()->fit();
        return cell;
    }

    void dressCurves(QCPAxisRect& rect, const FigurePanel& panel, bool hasLabel)
    {
        QCPAxis* x = rect.axis(QCPAxis::atBottom);
        x->setTickLabels(hasLabel);
        if (hasLabel)
            x->setLabel(axisLabel(m_figure));
        rect.axis(QCPAxis::atLeft)->setLabel(valueLabel(m_figure, panel));
        shareTicker(x);
    }

    void dressCounts(QCPAxisRect& rect)
    {
        QCPAxis* y = rect.axis(QCPAxis::atLeft);
        rect.axis(QCPAxis::atBottom)->setLabel(axisLabel(m_figure));
        shareTicker(rect.axis(QCPAxis::atBottom));
        y->setLabel(QStringLiteral("n"));
        y->grid()->setVisible(false);
        y->setSubTicks(false);
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

    /// Each arm once, and the random ranker.
    void collectLegend()
    {
        for (const auto& panel : m_parts.panels) {
            for (std::size_t i = 0; i < panel->panel().curves.size(); ++i) {
                QCPGraph* line = panel->line(i);
                const auto hasName = [line](const QCPGraph* other) { return other->name() == line->name(); };
                if (std::ranges::none_of(m_legendGraphs, hasName))
                    m_legendGraphs.push_back(line);
            }
            if (!m_randomGraph)
                m_randomGraph = panel->randomLine();
        }
    }

    void finishLegend()
    {
        collectLegend();
        const std::size_t arms = m_legendGraphs.size();
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
        for (std::size_t i = 0; i < arms; ++i) {
            const QString name = m_legendGraphs[i]->name();
            QCPAbstractLegendItem* item = m_legend->item(static_cast<int>(i));
            if (m_style.hiddenArms.contains(name)) {
                QColor faint = m_style.text;
                faint.setAlphaF(0.4F);
                item->setTextColor(faint);
            }
            m_parts.arms.emplace_back(item, name);
        }
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
    std::vector<QCPGraph*> m_legendGraphs;
    FigureParts m_parts;
};

} // namespace

FigureStyle paperStyle(double unit)
{
    FigureStyle style;
    style.background = Qt::white;
    style.text = Qt::black;
    style.grid = QColor(0xe0, 0xe0, 0xe0);
    style.unit = unit;
    style.isPaper = true;
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

FigureParts layOutFigure(QCustomPlot& plot, const Figure& figure, const FigureStyle& style, QSizeF size)
{
    return Layouter(plot, figure, style, size).layOut();
}

} // namespace driftscope::ui
