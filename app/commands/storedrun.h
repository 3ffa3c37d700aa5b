// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/experiment.h"
#include "core/simulate/recordsink.h"
#include "core/store/runstore.h"

#include <CLI/CLI.hpp>
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

/// A run with what it was made from and what it gave.
struct StoredRun {
    store::Run run;
    simulate::Experiment experiment; ///< from the manifest
    std::vector<simulate::QueryRecord> records;
};

/// @param name  a run's number, or "last".
/// @retval ErrorCode::UnknownName   no such run.
/// @retval ErrorCode::Inconsistent  its manifest holds no experiment, or its records do not fit to it.
[[nodiscard]] Result<StoredRun> openRun(const std::filesystem::path& store, const std::string& name);

/// "1997-12-04 15:55:49", or "-" for 0.
[[nodiscard]] std::string timeText(std::int64_t unixSeconds);

/// Text with spaces up to `width` characters (UTF-8 sequences count once), cut with an ellipsis if it is longer.
[[nodiscard]] std::string padded(const std::string& text, std::size_t width);

} // namespace driftscope::app
