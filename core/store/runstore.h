// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/simulate/recordsink.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// The store folder keeps runs and their records in SQLite (WAL), with every scored query on disk before the next
/// batch.
namespace driftscope::store {

using RunId = std::int64_t;

enum class RunState : std::uint8_t { Running, Finished, Stopped, Failed };

[[nodiscard]] std::string_view runStateName(RunState state);

/// A run as the run table shows it.
struct Run {
    RunId id = 0;
    std::string name;
    std::string experimentHash;
    nlohmann::json manifest; ///< experiment, dataset and checkpoint hashes, template texts, seed, versions, device
    RunState state = RunState::Running; ///< a run left Running by a killed program is shown as Stopped once unlocked
    std::int64_t startedAt = 0; ///< Unix seconds
    std::int64_t endedAt = 0; ///< 0 = not yet
    std::int64_t expectedRecords = 0;
    std::int64_t records = 0;
    std::int64_t leaks = 0;
    std::string message; ///< why it failed
    std::vector<std::string> tags {}; ///< that people gave it
    std::string notes {}; ///< what people wrote about it
};

/// Runs and records in one SQLite file. Each object has its own connection; use it from one thread.
class RunStore
{
public:
    enum class Access : std::uint8_t { ReadOnly, ReadWrite };

    /// Opens or creates the file, in WAL mode, and migrates older schema versions, also for reading where it may.
    ///
    /// @retval ErrorCode::NotFound            read-only and there is no such file.
    /// @retval ErrorCode::NotWritable         the file or its folder is read-only.
    /// @retval ErrorCode::UnsupportedVersion  written by a newer program.
    /// @retval ErrorCode::UnsupportedFormat   not a Driftscope store.
    [[nodiscard]] static Result<std::unique_ptr<RunStore>> open(const std::filesystem::path& path, Access access);
    ~RunStore();

    /// @retval ErrorCode::DiskFull, ErrorCode::NotWritable.
    [[nodiscard]] Result<RunId> createRun(const std::string& name, const std::string& experimentHash,
                                          const nlohmann::json& manifest, std::int64_t expectedRecords);
    [[nodiscard]] Result<> setState(RunId run, RunState state, const std::string& message = {});
    /// The records of one batch in one transaction, synced to disk when it returns.
    [[nodiscard]] Result<> append(RunId run, std::span<const simulate::QueryRecord> records);

    [[nodiscard]] Result<std::vector<Run>> runs();
    /// @retval ErrorCode::UnknownName  no such run; the message lists the newest ones.
    [[nodiscard]] Result<Run> run(RunId id);
    /// The newest run of this experiment that can go on, if there is one.
    [[nodiscard]] Result<std::optional<Run>> findResumable(const std::string& experimentHash);
    /// All records of a run, by (query, arm).
    [[nodiscard]] Result<std::vector<simulate::QueryRecord>> records(RunId run);
    /// Records appended after the given row, for live views; `afterRow` starts at 0 and is moved on.
    [[nodiscard]] Result<std::vector<simulate::QueryRecord>> recordsAfter(RunId run, std::int64_t& afterRow);
    /// (query, arm) of what is on record.
    [[nodiscard]] Result<std::set<std::pair<std::uint32_t, std::uint32_t>>> recordedKeys(RunId run);
    /// What people say about a run, in place of what they said before.
    ///
    /// @param tags  less spaces around them; empty ones and repeated ones are left out.
    [[nodiscard]] Result<> annotate(RunId id, const std::vector<std::string>& tags, const std::string& notes);
    [[nodiscard]] Result<> removeRun(RunId id);

private:
    struct Connection;
    static Result<std::unique_ptr<RunStore>> openOnce(const std::filesystem::path& path, Access access,
                                                      const std::string& name, int flags);
    explicit RunStore(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> m_connection;
};

/// $XDG_DATA_HOME/driftscope/runs.sqlite
[[nodiscard]] std::filesystem::path defaultStorePath();

/// Version of the SQLite library in use.
[[nodiscard]] std::string sqliteVersion();

} // namespace driftscope::store
