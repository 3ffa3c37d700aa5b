// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/settings/settings.h"

#include <QPalette>

namespace driftscope::ui {

/// The colours of a theme; for the system's, an empty palette that leaves all to it.
[[nodiscard]] QPalette paletteOf(Theme theme);

/// Gives the running program the theme and the size of type that the settings ask for. GUI thread.
void applyAppearance(const Settings& settings);

} // namespace driftscope::ui
