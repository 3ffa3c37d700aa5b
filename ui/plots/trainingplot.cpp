// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/trainingplot.h"

#include "ui/plots/armcolors.h"
#include "ui/plots/axisstyle.h"
#include "ui/plots/customplot.h"
#include "ui/plots/figurelayout.h"

#include <QEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

TrainingPlot::TrainingPlot(QWidget* parent)
    : QWidget(parent)
    , m_plot(new QCustomPlot(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_plot);
    m_plot->setMinimumSize(80, 60); // it cannot draw on nothing
    m_losses = m_plot->axisRect();
    m_aucs = new QCPAxisRect(m_plot);
    m_plot->plotLayout()->addElement(1, 0, m_aucs);
    auto* margins = new QCPMarginGroup(m_plot);
    for (QCPAxisRect* rect : {m_losses, m_aucs}) {
        rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
        for (QCPAxis* axis : rect->axes()) {
            axis->setLayer(QStringLiteral("axes"));
            axis->grid()->setLayer(QStringLiteral("grid"));
        }
    }
    setAccessibleName(tr("Losses and validation AUC over the steps"));
    draw();
}

void TrainingPlot::setCurves(TrainingCurves curves)
{
    m_curves = std::move(curves);
    draw();
}

void TrainingPlot::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void TrainingPlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        draw();
}

void TrainingPlot::paintEvent(QPaintEvent* event)
{
    QWidget::paintEvent(event);
    if (!m_curves.answerLoss.empty())
        return;
    QPainter painter(this);
    painter.fillRect(rect(), palette().base());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
}

void TrainingPlot::addCurve(QCPAxisRect& rect, const std::vector<TrainingCurves::Point>& points, std::size_t color,
                            const QString& name, bool hasMarks)
{
    if (points.empty())
        return;
    const FigureStyle style = screenStyle(palette(), 1, 9);
    auto* graph = m_plot->addGraph(rect.axis(QCPAxis::atBottom), rect.axis(QCPAxis::atLeft));
    graph->setName(name);
    graph->setPen(QPen(armColor(color, style.isDark), 1.5));
    if (hasMarks)
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
    for (const auto& point : points)
        graph->addData(point.step, point.value);
}

void TrainingPlot::draw()
{
    const FigureStyle style = screenStyle(palette(), 1, 9);
    m_plot->setVisible(!m_curves.answerLoss.empty());
    m_plot->clearGraphs();
    m_plot->setBackground(QBrush(style.background));
    addCurve(*m_losses, m_curves.answerLoss, 0, tr("answers"), false);
    addCurve(*m_losses, m_curves.textLoss, 1, tr("text"), false);
    addCurve(*m_aucs, m_curves.auc, 2, tr("validation AUC"), true);
    for (QCPAxisRect* rect : {m_losses, m_aucs}) {
        for (QCPAxis* axis : rect->axes())
            dressAxis(*axis, style);
        rect->axis(QCPAxis::atBottom)->setRange(0, std::max(1.0, m_curves.totalSteps));
    }
    m_losses->axis(QCPAxis::atLeft)->setLabel(tr("loss (nats)"));
    m_losses->axis(QCPAxis::atLeft)->rescale();
    m_losses->axis(QCPAxis::atLeft)->setRangeLower(0);
    m_aucs->axis(QCPAxis::atLeft)->setLabel(tr("validation AUC"));
    m_aucs->axis(QCPAxis::atLeft)->setRange(0.4, 1);
    m_aucs->axis(QCPAxis::atBottom)->setLabel(tr("step"));
    showLegend(*m_plot->legend, style);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

} // namespace driftscope::ui
