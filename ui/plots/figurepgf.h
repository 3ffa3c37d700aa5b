// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/figure.h"

#include <QSizeF>

namespace driftscope::ui {

/// A figure as LaTeX source for pgfplots: \input it where the picture is to stand. Curves with their bands, the random
/// line and legend, in the colours of the screen; the numbers stand in the file.
///
/// @param sizeMm  of the whole picture.
[[nodiscard]] QByteArray figurePgf(const Figure& figure, QSizeF sizeMm);

} // namespace driftscope::ui
