// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/runsummary.h"

#include <span>
#include <vector>

namespace driftscope::ui {

/// What a line of so many pixels can show of a curve: the points between two places and one on each side. Where there
/// are more than two a pixel, the lowest and the highest of each pixel stand for all, with the widest band and the
/// largest n, so that no peak is lost; a pixel without any value is a gap.
///
/// @param points  ascending by `at`.
/// @param pixels  at least 1.
[[nodiscard]] std::vector<simulate::CurvePoint> thinCurve(std::span<const simulate::CurvePoint> points, double lower,
                                                          double upper, int pixels);

} // namespace driftscope::ui
