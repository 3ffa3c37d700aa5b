// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QCPAxis;
class QCPLegend;

namespace driftscope::ui {

struct FigureStyle;

/// Gives an axis of a plot on screen the colours of a style.
void dressAxis(QCPAxis& axis, const FigureStyle& style);
/// Shows a legend in the colours of a style, without a frame.
void showLegend(QCPLegend& legend, const FigureStyle& style);
/// Version of QCustomPlot.
[[nodiscard]] QString plotLibraryVersion();

} // namespace driftscope::ui
