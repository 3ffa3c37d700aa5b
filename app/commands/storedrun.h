// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/storedrun.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

namespace driftscope::app {

/// Which store a command reads.
struct StoreChoice {
    std::string file; ///< empty = the one in the user's data folder

    [[nodiscard]] std::filesystem::path path() const;
    /// Adds --store to a command.
    void addTo(CLI::App& command);
};

using store::datasetOf;
using store::openRun;
using store::shiftsOf;
using store::StoredRun;

/// "1997-12-04 15:55:49", or "-" for 0.
[[nodiscard]] std::string timeText(std::int64_t unixSeconds);

/// Text with spaces up to `width` characters (UTF-8 sequences count once), cut with an ellipsis if it is longer.
[[nodiscard]] std::string padded(const std::string& text, std::size_t width);

} // namespace driftscope::app
