// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "ui/plots/figure.h"

#include <QImage>

#include <filesystem>

namespace driftscope::ui {

/// How a figure is written.
struct FigureFormat {
    double widthMm = 85; ///< one column of most journals; 30 to 1000
    double heightMm = 65; ///< 30 to 1000
    double fontPoints = 8; ///< of axis labels at the true size; 4 to 24
    QString fontFamily {}; ///< empty = a sans serif like Arial, as journals ask for
    int pngDpi = 300; ///< 72 to 1200
    bool hasCaption = true; ///< below the picture; it stands in the file's own description in any case
};

/// What exportFigure() writes, by suffix: "pdf", "svg", "png", "csv", "json", "tex" (for pgfplots).
[[nodiscard]] std::vector<QString> figureSuffixes();

/// Writes a figure at its true size: fonts are in points at that size; PDF and SVG hold real text and no raster image;
/// CSV and JSON hold the numbers. The caption travels in the picture and in the file's own description. Written beside
/// the target, checked, and renamed.
///
/// @retval ErrorCode::UnsupportedFormat  the suffix is none of figureSuffixes().
/// @retval ErrorCode::BadArgument        a number of the format is out of range, or the figure has no point.
/// @retval ErrorCode::NotWritable, ErrorCode::DiskFull.
/// Threads   GUI thread (it may be one without a display, see headlessfigures.h).
[[nodiscard]] Result<> exportFigure(const Figure& figure, const std::filesystem::path& path,
                                    const FigureFormat& format = {});

/// The figure as it will be on paper, at so many dots per inch: for previews. Null if the size is out of range.
[[nodiscard]] QImage figureImage(const Figure& figure, const FigureFormat& format, double dpi);

/// The figure as SVG text, for the clipboard; empty if there is nothing to draw.
[[nodiscard]] QByteArray figureSvg(const Figure& figure, const FigureFormat& format);

} // namespace driftscope::ui
