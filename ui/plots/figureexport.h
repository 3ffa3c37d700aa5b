// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "ui/plots/figure.h"

#include <QSizeF>

#include <filesystem>

namespace driftscope::ui {

/// What exportFigure() writes, by suffix: "pdf", "svg", "png", "csv".
[[nodiscard]] std::vector<QString> figureSuffixes();

/// Writes a figure at its true size: fonts are in points at that size; PDF and SVG hold no raster image; PNG has 300
/// dots per inch; CSV holds the numbers. The caption travels in the picture and in the file's own description. Written
/// beside the target, checked, and renamed.
///
/// @param sizeMm  width and height in mm, 30 to 1000; for CSV without meaning.
/// @retval ErrorCode::UnsupportedFormat  the suffix is none of figureSuffixes().
/// @retval ErrorCode::BadArgument        the size is out of range, or the figure has no point.
/// @retval ErrorCode::NotWritable, ErrorCode::DiskFull.
/// Threads   GUI thread (it may be one without a display, see headlessfigures.h).
[[nodiscard]] Result<> exportFigure(const Figure& figure, const std::filesystem::path& path, QSizeF sizeMm);

} // namespace driftscope::ui
