// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "ui/plots/figureexport.h"

#include <filesystem>
#include <vector>

namespace driftscope::ui {

/// Writes a figure without a window: one of each metric ("ndcg-at-10") in each of figureSuffixes(), and one of all
/// metrics together ("all-metrics") at twice the width; other axes than time stand before the name
/// ("since-shift-ndcg-at-10", "lag-ndcg-at-10", "users-ndcg-at-10", "difference-ndcg-at-10"). Needs no display; makes
/// what Qt needs if the program has not.
///
/// @return  the files written; none for a figure without points.
/// @retval  as exportFigure().
/// Threads  the main thread.
[[nodiscard]] Result<std::vector<std::filesystem::path>>
writeFigures(const Figure& figure, const std::filesystem::path& folder, const FigureFormat& format = {});

/// Writes one figure to `file`; its suffix says as what (figureSuffixes()).
[[nodiscard]] Result<> writeFigure(const Figure& figure, const std::filesystem::path& file,
                                   const FigureFormat& format = {});

} // namespace driftscope::ui
