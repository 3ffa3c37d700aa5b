// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace driftscope {

/// The user's data folder, where packaging/setup.sh puts models and datasets and where runs are stored:
/// $XDG_DATA_HOME/driftscope, or ~/.local/share/driftscope.
[[nodiscard]] std::filesystem::path dataFolder();

} // namespace driftscope
