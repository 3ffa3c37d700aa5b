// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/schema_p.h"

#include <array>

namespace driftscope::store {

namespace {

/// PRAGMA application_id of a store: "DRFT".
constexpr int applicationId = 0x44524654;

// Lists are little-endian arrays of 8-byte doubles or 4-byte integers, so that every digit survives.
constexpr const char* versionOne = R"sql(
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    experimentHash TEXT NOT NULL,
    manifest TEXT NOT NULL,
    state INTEGER NOT NULL,
    startedAt INTEGER NOT NULL,
    endedAt INTEGER NOT NULL,
    expectedRecords INTEGER NOT NULL,
    records INTEGER NOT NULL,
    leaks INTEGER NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX runsByExperiment ON runs (experimentHash);
CREATE TABLE records (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    query INTEGER NOT NULL,
    arm INTEGER NOT NULL,
    user INTEGER NOT NULL,
    time INTEGER NOT NULL,
    eventIndex INTEGER NOT NULL,
    isLiked INTEGER NOT NULL,
    target INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    computedTokens INTEGER NOT NULL,
    seconds BLOB NOT NULL,
    droppedDemonstrations INTEGER NOT NULL,
    droppedHistoryItems INTEGER NOT NULL,
    leaks INTEGER NOT NULL,
    candidates BLOB NOT NULL,
    scores BLOB NOT NULL,
    positive BLOB NOT NULL,
    negative BLOB NOT NULL,
    demonstrations BLOB NOT NULL,
    UNIQUE (run, query, arm)
);
)sql";

constexpr const char* versionTwo = "ALTER TABLE records ADD COLUMN cachedTokens INTEGER NOT NULL DEFAULT 0";

constexpr const char* versionThree = "ALTER TABLE records ADD COLUMN updates BLOB NOT NULL DEFAULT x''";

// What people write about a run; a tag a line.
constexpr const char* versionFour = "ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '';"
                                    "ALTER TABLE runs ADD COLUMN notes TEXT NOT NULL DEFAULT ''";

constexpr std::array<const char*, 4> releasedSteps {versionOne, versionTwo, versionThree, versionFour};

int pragma(SQLite::Database& database, const char* name)
{
    return database.execAndGet("PRAGMA " + std::string(name)).getInt();
}

Result<> checkOwner(SQLite::Database& database, const std::filesystem::path& path)
{
    const bool isOurs = pragma(database, "application_id") == applicationId;
    const bool isNew = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0
        && pragma(database, "application_id") == 0 && pragma(database, "user_version") == 0;
    if (!isOurs && !isNew)
        return fail(ErrorCode::UnsupportedFormat,
                    path.string() + " is a database of another program; choose another file.");
    return {};
}

Result<> checkVersion(int version, int wanted, bool isWritable, const std::filesystem::path& path)
{
    const std::string versions =
        "version " + std::to_string(version) + ", and this program knows version " + std::to_string(wanted);
    if (version > wanted)
        return fail(ErrorCode::UnsupportedVersion,
                    path.string() + " has " + versions + "; open it with a newer Driftscope.");
    if (version < wanted && !isWritable)
        return fail(ErrorCode::UnsupportedVersion,
                    path.string() + " has " + versions
                        + "; make it writable once, so that it can be brought up to date.");
    return {};
}

} // namespace

std::span<const char* const> schemaSteps()
{
    return releasedSteps;
}

Result<> upgradeSchema(SQLite::Database& database, std::span<const char* const> steps, bool isWritable,
                       const std::filesystem::path& path)
{
    const auto wanted = static_cast<int>(steps.size());
    DRIFTSCOPE_CHECK(checkOwner(database, path));
    const int version = pragma(database, "user_version");
    DRIFTSCOPE_CHECK(checkVersion(version, wanted, isWritable, path));
    if (version == wanted)
        return {};
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    // Another program may have done it while this one waited for the lock.
    const int current = pragma(database, "user_version");
    DRIFTSCOPE_CHECK(checkVersion(current, wanted, isWritable, path));
    for (int step = current; step < wanted; ++step)
        database.exec(steps[static_cast<std::size_t>(step)]);
    database.exec("PRAGMA application_id = " + std::to_string(applicationId));
    database.exec("PRAGMA user_version = " + std::to_string(wanted));
    transaction.commit();
    return {};
}

} // namespace driftscope::store
