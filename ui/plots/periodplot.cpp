// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/periodplot.h"

#include "ui/plots/armcolors.h"
#include "ui/plots/axisstyle.h"
#include "ui/plots/customplot.h"
#include "ui/plots/figurelayout.h"

#include <QEvent>
#include <QVBoxLayout>

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

PeriodPlot::PeriodPlot(QWidget* parent)
    : QWidget(parent)
    , m_plot(new QCustomPlot(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_plot);
    m_plot->setMinimumSize(80, 60); // it cannot draw on nothing
    setAccessibleName(tr("Events per period"));
    draw();
}

void PeriodPlot::setBars(std::vector<PeriodBar> bars, double periodSeconds, const QString& periodName)
{
    m_bars = std::move(bars);
    m_periodSeconds = periodSeconds;
    m_periodName = periodName;
    draw();
}

void PeriodPlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        draw();
}

void PeriodPlot::draw()
{
    const FigureStyle style = screenStyle(palette(), 1, 9);
    m_plot->clearPlottables();
    m_plot->setBackground(QBrush(style.background));
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        dressAxis(*axis, style);
        axis->setVisible(!m_bars.empty());
    }
    if (!m_bars.empty()) {
        auto* cold = addBars(*m_plot, m_periodSeconds, armColor(1, style.isDark), tr("items not seen before"));
        auto* known = addBars(*m_plot, m_periodSeconds, armColor(0, style.isDark), tr("known items"));
        known->moveAbove(cold);
        for (const PeriodBar& bar : m_bars) {
            cold->addData(bar.start + m_periodSeconds / 2, bar.coldCount);
            known->addData(bar.start + m_periodSeconds / 2, bar.count - bar.coldCount);
        }
        auto ticker = QSharedPointer<QCPAxisTickerDateTime>::create();
        ticker->setDateTimeSpec(Qt::UTC);
        const double span = m_bars.back().start - m_bars.front().start;
        ticker->setDateTimeFormat(span > daysOfMonthAxis * 86'400 ? QStringLiteral("yyyy-MM")
                                                                  : QStringLiteral("yyyy-MM-dd"));
        ticker->setTickCount(3);
        m_plot->xAxis->setTicker(ticker);
        m_plot->xAxis->setRange(m_bars.front().start, m_bars.back().start + m_periodSeconds);
        m_plot->yAxis->rescale();
        m_plot->yAxis->setRange(0, 1.3 * m_plot->yAxis->range().upper); // room for the legend
        m_plot->yAxis->setLabel(tr("events per %1").arg(m_periodName));
        showLegend(*m_plot->legend, style);
        m_plot->axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignTop | Qt::AlignRight);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

} // namespace driftscope::ui
