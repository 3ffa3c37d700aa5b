// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/simulate/runsummary.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace driftscope::ui {

/// Width and height of a figure in mm; 85 mm is one column of most journals.
struct FigureSize {
    double widthMm = 85;
    double heightMm = 65;
};

/// Writes a run's curves without a window: a figure a metric ("ndcg-at-10") as PDF, SVG, PNG and CSV, and one of all
/// metrics together ("all-metrics") at twice the width. Needs no display; makes what Qt needs if the program has not.
///
/// @return  the files written.
/// @retval  as exportFigure().
/// Threads  the main thread.
[[nodiscard]] Result<std::vector<std::filesystem::path>>
writeFigures(const simulate::RunSummary& summary, std::span<const simulate::Curve> curves, const std::string& caption,
             const std::filesystem::path& folder, FigureSize size = {});

/// Writes one figure of the given curves to `file`; its suffix says as what (pdf, svg, png, csv).
[[nodiscard]] Result<> writeFigure(const simulate::RunSummary& summary, std::span<const simulate::Curve> curves,
                                   const std::string& caption, const std::filesystem::path& file, FigureSize size = {});

/// The protocol of a run in one or two sentences, for captions.
[[nodiscard]] std::string captionOf(const simulate::Experiment& experiment, const simulate::RunSummary& summary);

/// Metrics to draw by default: HR@10 and NDCG@10 where the experiment has them, else its first two.
[[nodiscard]] std::vector<std::string> curveMetrics(const simulate::Experiment& experiment);

} // namespace driftscope::ui
