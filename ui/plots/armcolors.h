// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

/// The plots folder draws metric curves on screen and writes them as figures; it alone knows QCustomPlot.
namespace driftscope::ui {

/// Colours before they repeat.
constexpr std::size_t armColorCount = 7;

/// Colour of the arm at a position: Okabe and Ito's colours, told apart by people with any colour vision; the same arm
/// has the same colour in plots, tables and prompts.
///
/// @param arm     position in Experiment::arms; colours repeat after the seventh.
/// @param isDark  for a dark background: the same hue, lighter.
[[nodiscard]] QColor armColor(std::size_t arm, bool isDark = false);

/// Colour of the random-ranker line.
[[nodiscard]] QColor randomColor(bool isDark = false);

} // namespace driftscope::ui
