// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QCPAxis;

namespace driftscope::ui {

struct FigureStyle;

/// Gives an axis of a plot on screen the colours of a style.
void dressAxis(QCPAxis& axis, const FigureStyle& style);

} // namespace driftscope::ui
