// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/figure.h"

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QSizeF>

#include <memory>
#include <set>
#include <utility>
#include <vector>

class QCPAbstractLegendItem;
class QCPLegend;
class QCustomPlot;

namespace driftscope::ui {

class PanelGraphs;

/// Colours and sizes of a drawn figure. All lengths are in points times `unit`, so that screen, paper and pixels agree.
struct FigureStyle {
    QColor background;
    QColor text;
    QColor grid;
    bool isDark = false;
    double unit = 1; ///< device units per point
    double fontPoints = 8; ///< axis labels; tick labels and legend are a little smaller
    QString fontFamily {}; ///< on paper; empty = a sans serif like Arial
    bool isPaper = false; ///< for a file; else for the screen, in the program's type
    bool showsCaption = false; ///< on paper
    std::set<QString> hiddenArms {}; ///< named in the legend, greyed, and not drawn
};

/// What layOutFigure() put into a plot. All pointers belong to the plot.
struct FigureParts {
    std::vector<std::unique_ptr<PanelGraphs>> panels; ///< in the order of the figure's
    QCPLegend* legend = nullptr;
    std::vector<std::pair<QCPAbstractLegendItem*, QString>> arms; ///< entry of each arm
};

/// Black on white, for files.
[[nodiscard]] FigureStyle paperStyle(double unit);

/// Follows a widget's palette, light or dark.
[[nodiscard]] FigureStyle screenStyle(const QPalette& palette, double unit, double fontPoints);

/// Replaces all that `plot` shows by the figure: legend, a panel a metric (curves, bands, random line, n as bars),
/// caption.
///
/// @param figure  outlives the parts.
/// @param size    of the whole drawing in device units; decides the number of columns and where the caption wraps.
[[nodiscard]] FigureParts layOutFigure(QCustomPlot& plot, const Figure& figure, const FigureStyle& style, QSizeF size);

} // namespace driftscope::ui
