// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace driftscope::ui {

/// What is going to be done at the left, what comes of it at the right; neither can be dragged away.
[[nodiscard]] QWidget* planAndCurves(QWidget* plan, QWidget* curves, QWidget* parent);

} // namespace driftscope::ui
