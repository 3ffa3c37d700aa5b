// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/curveplot.h"

#include "core/base/simtime.h"
#include "ui/plots/customplot.h"
#include "ui/plots/figurelayout.h"

#include <QEvent>
#include <QGraphicsOpacityEffect>
#include <QPainter>
#include <QTimer>
#include <QToolTip>
#include <QVBoxLayout>

#include <cmath>

namespace driftscope::ui {

namespace {

constexpr int layoutIntervalMs = 33;

/// "event 12", "3.5 events since the shift", "2017-03-01"
QString placeOf(const Figure& figure, double at)
{
    if (figure.axis == FigureAxis::SinceShift)
        return CurvePlot::tr("%1 events since the shift").arg(at);
    if (figure.axis == FigureAxis::Lag)
        return CurvePlot::tr("lag %1").arg(at);
    return figure.isCalendar ? QString::fromStdString(formatTime(fromUnix(static_cast<std::int64_t>(at)))).left(10)
                             : CurvePlot::tr("event %1").arg(at, 0, 'f', 0);
}

/// The x of the curve point nearest to the mouse and the values of all arms there, as a tool tip.
QString valuesAt(const Figure& figure, const FigurePanel& panel, double x)
{
    const simulate::CurvePoint* nearest = nullptr;
    for (const auto& curve : panel.curves)
        for (const auto& point : curve.points)
            if (!nearest || std::abs(point.at - x) < std::abs(nearest->at - x))
                nearest = &point;
    if (!nearest)
        return {};
    const QString at = placeOf(figure, nearest->at);
    QString text = CurvePlot::tr("%1 at %2, %3 queries").arg(metricTitle(panel.metric), at).arg(nearest->n);
    for (const auto& curve : panel.curves)
        for (const auto& point : curve.points)
            if (point.at == nearest->at && point.value)
                text += QStringLiteral("\n%1: %2").arg(QString::fromStdString(curve.arm)).arg(*point.value, 0, 'f', 3)
                    + (point.hasBand ? QStringLiteral(" [%1, %2]").arg(point.low, 0, 'f', 3).arg(point.high, 0, 'f', 3)
                                     : QString());
    return text;
}

} // namespace

CurvePlot::CurvePlot(QWidget* parent)
    : QWidget(parent)
    , m_emptyText(tr("No curve yet."))
    , m_plot(new QCustomPlot(this))
    , m_timer(new QTimer(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_plot);
    m_timer->setSingleShot(true);
    m_timer->setInterval(layoutIntervalMs);
    connect(m_timer, &QTimer::timeout, this, &CurvePlot::layOut);
    connect(m_plot, &QCustomPlot::mouseMove, this, &CurvePlot::showValues);
    setAccessibleName(tr("Metric curves"));
    m_plot->setMinimumSize(80, 60); // it cannot draw on nothing
    m_plot->setVisible(false);
}

void CurvePlot::setFigure(Figure figure)
{
    m_figure = std::move(figure);
    scheduleLayout();
}

void CurvePlot::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void CurvePlot::setStale(bool isStale)
{
    if (isStale == (graphicsEffect() != nullptr))
        return;
    if (!isStale) {
        setGraphicsEffect(nullptr);
        return;
    }
    auto* effect = new QGraphicsOpacityEffect(this);
    effect->setOpacity(0.45);
    setGraphicsEffect(effect);
}

void CurvePlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        scheduleLayout();
}

void CurvePlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    scheduleLayout();
}

void CurvePlot::paintEvent(QPaintEvent* event)
{
    QWidget::paintEvent(event);
    if (m_figure.hasPoints())
        return;
    QPainter painter(this);
    painter.fillRect(rect(), palette().base());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
}

void CurvePlot::scheduleLayout()
{
    if (!m_timer->isActive())
        m_timer->start();
}

void CurvePlot::layOut()
{
    m_plot->setVisible(m_figure.hasPoints());
    if (!m_figure.hasPoints()) {
        update();
        return;
    }
    const double unit = logicalDpiY() / 72.0;
    layOutFigure(*m_plot, m_figure, screenStyle(palette(), unit, font().pointSizeF() > 0 ? font().pointSizeF() : 9),
                 size());
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::showValues(QMouseEvent* event)
{
    const auto rects = m_plot->axisRects();
    for (int i = 0; i < rects.size(); ++i) {
        const auto panel = static_cast<std::size_t>(i / 2); // each panel has two axis rects
        if (panel >= m_figure.panels.size() || !rects[i]->rect().contains(event->pos()))
            continue;
        const double x = rects[i]->axis(QCPAxis::atBottom)->pixelToCoord(event->pos().x());
        QToolTip::showText(event->globalPosition().toPoint(), valuesAt(m_figure, m_figure.panels[panel], x), m_plot);
        return;
    }
    QToolTip::hideText();
}

} // namespace driftscope::ui
