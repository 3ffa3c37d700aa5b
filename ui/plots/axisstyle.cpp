// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/axisstyle.h"

#include "ui/plots/customplot.h"
#include "ui/plots/figurelayout.h"

namespace driftscope::ui {

void dressAxis(QCPAxis& axis, const FigureStyle& style)
{
    axis.setBasePen(style.text);
    axis.setTickPen(style.text);
    axis.setSubTickPen(style.text);
    axis.setLabelColor(style.text);
    axis.setTickLabelColor(style.text);
    axis.grid()->setPen(QPen(style.grid, 1));
    axis.grid()->setZeroLinePen(Qt::NoPen);
}

void showLegend(QCPLegend& legend, const FigureStyle& style)
{
    legend.setVisible(true);
    legend.setBrush(style.background);
    legend.setTextColor(style.text);
    legend.setBorderPen(Qt::NoPen);
}

QString plotLibraryVersion()
{
    return QStringLiteral(QCUSTOMPLOT_VERSION_STR);
}

} // namespace driftscope::ui
