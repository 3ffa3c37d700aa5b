// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace driftscope::ui {

/// A file or folder that comes with the program, by its place in the source: "resources/experiments/drift-seen.json",
/// "datasets/planted". Found beside an installed program (share/driftscope) and above one that runs where it was built.
///
/// @return empty if it is not there.
/// Threads   GUI, or any while the program is running.
[[nodiscard]] QString shippedPath(const QString& place);

} // namespace driftscope::ui
