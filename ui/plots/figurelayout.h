// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/figure.h"

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QSizeF>

class QCustomPlot;

namespace driftscope::ui {

/// Colours and sizes of a drawn figure. All lengths are in points times `unit`, so that screen, paper and pixels agree.
struct FigureStyle {
    QColor background;
    QColor text;
    QColor grid;
    bool isDark = false;
    double unit = 1; ///< device units per point
    double fontPoints = 8; ///< axis labels; tick labels and legend are a little smaller
    bool showsCaption = false;
};

/// Black on white, for files.
[[nodiscard]] FigureStyle paperStyle(double unit);

/// Follows a widget's palette, light or dark.
[[nodiscard]] FigureStyle screenStyle(const QPalette& palette, double unit, double fontPoints);

/// Replaces all that `plot` shows by the figure: legend, a panel a metric (curves, bands, random line, n as bars),
/// caption.
///
/// @param size  of the whole drawing in device units; decides the number of columns and where the caption wraps.
void layOutFigure(QCustomPlot& plot, const Figure& figure, const FigureStyle& style, QSizeF size);

} // namespace driftscope::ui
