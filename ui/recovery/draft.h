// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/experiment.h"

#include <QString>

#include <filesystem>
#include <vector>

namespace driftscope::ui {

/// An experiment with changes that were not saved.
struct Draft {
    simulate::Experiment experiment;
    QString file; ///< the experiment's own file; empty = it has none
};

/// A draft on disk, as the list of what was not saved shows it.
struct UnsavedDraft {
    std::filesystem::path path;
    QString name; ///< of the experiment
    qint64 savedAt = 0; ///< Unix seconds
};

/// Writes a draft so that a crash leaves the old or the new one.
///
/// @retval ErrorCode::NotWritable, ErrorCode::DiskFull.
[[nodiscard]] Result<> writeDraft(const std::filesystem::path& path, const Draft& draft);

/// @retval ErrorCode::NotFound, NotReadable, BadJson, UnsupportedVersion and those of Experiment::parse().
[[nodiscard]] Result<Draft> readDraft(const std::filesystem::path& path);

/// Drafts in a folder of sessions that are no longer alive, newest first. What cannot be read is left out, and stays.
[[nodiscard]] std::vector<UnsavedDraft> findDrafts(const std::filesystem::path& folder, const QString& ownSession);

/// Name of the file of a session's draft.
[[nodiscard]] std::filesystem::path draftPath(const std::filesystem::path& folder, const QString& session, int number);

} // namespace driftscope::ui
