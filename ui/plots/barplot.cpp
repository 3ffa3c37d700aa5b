// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/barplot.h"

#include "ui/plots/armcolors.h"
#include "ui/plots/axisstyle.h"
#include "ui/plots/customplot.h"
#include "ui/plots/figurelayout.h"

#include <QDateTime>
#include <QEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

constexpr double daysOfMonthAxis = 120; // below, ticks of the same month would look alike

QCPBars* addBars(QCustomPlot& plot, double width, const QColor& color, const QString& name)
{
    auto* bars = new QCPBars(plot.xAxis, plot.yAxis);
    bars->setWidth(width * 0.9);
    bars->setPen(Qt::NoPen);
    bars->setBrush(color);
    bars->setName(name);
    return bars;
}

} // namespace

QString BarChart::toText() const
{
    QString text = (names.isEmpty() ? BarPlot::tr("Time (UTC)") : nameLabel) + QLatin1Char('\t') + valueLabel;
    if (!partName.isEmpty())
        text += QLatin1Char('\t') + partName;
    text += QLatin1Char('\n');
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const PlotBar& bar = bars[i];
        text += names.isEmpty() ? QDateTime::fromSecsSinceEpoch(static_cast<qint64>(bar.start), Qt::UTC)
                                      .toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"))
                                : names.value(static_cast<qsizetype>(i));
        text += QLatin1Char('\t') + QString::number(bar.value, 'g', 10);
        if (!partName.isEmpty())
            text += QLatin1Char('\t') + QString::number(bar.part, 'g', 10);
        text += QLatin1Char('\n');
    }
    return text;
}

BarPlot::BarPlot(QWidget* parent)
    : QWidget(parent)
    , m_plot(new QCustomPlot(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_plot);
    m_plot->setMinimumSize(80, 60); // it cannot draw on nothing
    m_plot->axisRect()->insetLayout()->take(m_plot->legend); // above the bars, not upon them
    m_plot->plotLayout()->insertRow(0);
    m_plot->plotLayout()->addElement(0, 0, m_plot->legend);
    m_plot->plotLayout()->setRowStretchFactor(0, 0.001);
    m_plot->plotLayout()->setRowSpacing(0);
    m_plot->legend->setFillOrder(QCPLegend::foColumnsFirst);
    m_plot->legend->setMargins({4, 0, 4, 0});
    draw();
}

void BarPlot::setChart(BarChart chart)
{
    m_chart = std::move(chart);
    setAccessibleName(m_chart.valueLabel);
    draw();
}

void BarPlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        draw();
}

void BarPlot::drawTimeAxis()
{
    auto ticker = QSharedPointer<QCPAxisTickerDateTime>::create();
    ticker->setDateTimeSpec(Qt::UTC);
    const double span = m_chart.bars.back().start - m_chart.bars.front().start;
    ticker->setDateTimeFormat(span > daysOfMonthAxis * 86'400 ? QStringLiteral("yyyy-MM")
                                                              : QStringLiteral("yyyy-MM-dd"));
    ticker->setTickCount(3);
    m_plot->xAxis->setTicker(ticker);
    m_plot->xAxis->setRange(m_chart.bars.front().start, m_chart.bars.back().start + m_chart.seconds);
    m_plot->xAxis->setLabel(QString());
}

void BarPlot::drawNames()
{
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    const auto count = m_chart.names.size();
    const qsizetype step = std::max<qsizetype>(1, (count + 11) / 12); // more would not be readable
    for (qsizetype i = 0; i < count; i += step)
        ticker->addTick(static_cast<double>(i), m_chart.names[i]);
    m_plot->xAxis->setTicker(ticker);
    m_plot->xAxis->setRange(-0.6, static_cast<double>(count) - 0.4);
    m_plot->xAxis->setLabel(m_chart.nameLabel);
}

void BarPlot::draw()
{
    const FigureStyle style = screenStyle(palette(), 1, 9);
    m_plot->clearPlottables();
    m_plot->legend->setVisible(false);
    m_plot->legend->clearItems();
    m_plot->setAutoAddPlottableToLegend(!m_chart.partName.isEmpty());
    m_plot->setBackground(QBrush(style.background));
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        dressAxis(*axis, style);
        axis->setVisible(!m_chart.bars.empty());
    }
    if (!m_chart.bars.empty()) {
        const bool isOverTime = m_chart.names.isEmpty();
        const double width = isOverTime ? m_chart.seconds : 1;
        auto* part = addBars(*m_plot, width, armColor(1, style.isDark), m_chart.partName);
        auto* rest = addBars(*m_plot, width, armColor(0, style.isDark), m_chart.restName);
        rest->moveAbove(part);
        for (std::size_t i = 0; i < m_chart.bars.size(); ++i) {
            const PlotBar& bar = m_chart.bars[i];
            const double at = isOverTime ? bar.start + width / 2 : static_cast<double>(i);
            part->addData(at, bar.part);
            rest->addData(at, bar.value - bar.part);
        }
        isOverTime ? drawTimeAxis() : drawNames();
        m_plot->yAxis->rescale();
        m_plot->yAxis->setRange(0, std::max(1e-9, 1.05 * m_plot->yAxis->range().upper));
        m_plot->yAxis->setLabel(m_chart.valueLabel);
        if (!m_chart.partName.isEmpty())
            showLegend(*m_plot->legend, style);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

} // namespace driftscope::ui
