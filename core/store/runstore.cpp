// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/runstore.h"

#include "core/base/datafolder.h"
#include "core/store/recordcodec_p.h"
#include "core/store/runlock_p.h"
#include "core/store/schema_p.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <sstream>

namespace driftscope::store {

namespace fs = std::filesystem;

namespace {

constexpr int busyTimeoutMs = 10'000;
constexpr const char* runColumns = "id, name, experimentHash, manifest, state, startedAt, endedAt, expectedRecords, "
                                   "records, leaks, message, tags, notes";

/// "drift, paper" as the store keeps it: a tag a line.
std::string joinedTags(const std::vector<std::string>& tags)
{
    std::string joined;
    std::set<std::string> known;
    for (std::string tag : tags) {
        std::ranges::replace(tag, '\n', ' ');
        const auto first = tag.find_first_not_of(' ');
        if (first == std::string::npos)
            continue;
        tag = tag.substr(first, tag.find_last_not_of(' ') - first + 1);
        if (known.insert(tag).second)
            joined += (joined.empty() ? "" : "\n") + tag;
    }
    return joined;
}

std::vector<std::string> splitTags(const std::string& joined)
{
    std::vector<std::string> tags;
    std::istringstream lines(joined);
    for (std::string tag; std::getline(lines, tag);)
        tags.push_back(tag);
    return tags;
}

std::int64_t now()
{
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

Run readRun(const SQLite::Statement& statement, const fs::path& path)
{
    Run run;
    run.id = statement.getColumn(0).getInt64();
    run.name = statement.getColumn(1).getString();
    run.experimentHash = statement.getColumn(2).getString();
    run.manifest = nlohmann::json::parse(statement.getColumn(3).getString(), nullptr, false);
    if (run.manifest.is_discarded())
        run.manifest = nullptr;
    run.state = static_cast<RunState>(statement.getColumn(4).getInt());
    run.startedAt = statement.getColumn(5).getInt64();
    run.endedAt = statement.getColumn(6).getInt64();
    run.expectedRecords = statement.getColumn(7).getInt64();
    run.records = statement.getColumn(8).getInt64();
    run.leaks = statement.getColumn(9).getInt64();
    run.message = statement.getColumn(10).getString();
    run.tags = splitTags(statement.getColumn(11).getString());
    run.notes = statement.getColumn(12).getString();
    if (run.state == RunState::Running && !RunLock::isTaken(path, run.id)) {
        run.state = RunState::Stopped;
        run.message = "The program that wrote it ended before the run did.";
    }
    return run;
}

/// "file:/a%20b?immutable=1": opens a store on a read-only medium, where SQLite cannot make its side files.
std::string immutableUri(const fs::path& path)
{
    std::string uri = "file:";
    for (const char c : fs::absolute(path).string()) {
        if (c == '%' || c == '?' || c == '#') {
            constexpr const char* digits = "0123456789abcdef";
            uri += {'%', digits[(c >> 4) & 0xf], digits[c & 0xf]};
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

Result<> makeFolderOf(const fs::path& path)
{
    std::error_code problem;
    const fs::path folder = fs::absolute(path, problem).parent_path();
    fs::create_directories(folder, problem);
    if (problem)
        return fail(ErrorCode::NotWritable,
                    "The folder " + folder.string() + " for the store cannot be made (" + problem.message()
                        + "); choose another place.");
    return {};
}

Result<> checkPath(const fs::path& path, RunStore::Access access)
{
    std::error_code problem;
    if (fs::is_directory(path, problem))
        return fail(ErrorCode::UnsupportedFormat, path.string() + " is a folder; name a file for the store.");
    if (access == RunStore::Access::ReadOnly && !fs::exists(path, problem))
        return fail(ErrorCode::NotFound, "There is no store " + path.string() + "; run an experiment first.");
    if (access == RunStore::Access::ReadWrite)
        return makeFolderOf(path);
    return {};
}

} // namespace

std::string_view runStateName(RunState state)
{
    switch (state) {
    case RunState::Running:
        return "running";
    case RunState::Finished:
        return "finished";
    case RunState::Stopped:
        return "stopped";
    case RunState::Failed:
        return "failed";
    }
    return "unknown";
}

/// The open file and the locks of the runs that this object writes.
struct RunStore::Connection {
    fs::path path;
    Access access;
    SQLite::Database database;
    std::map<RunId, std::unique_ptr<RunLock>> locks;

    Connection(const fs::path& file, Access how, const std::string& name, int flags)
        : path(file)
        , access(how)
        , database(name, flags, busyTimeoutMs)
    {
    }

    template<typename Work>
    auto guard(Work&& work)
    {
        return guarded(path, std::forward<Work>(work));
    }

    Result<> checkWritable() const
    {
        if (access == Access::ReadOnly)
            return fail(ErrorCode::NotWritable, path.string() + " was opened for reading only.");
        return {};
    }

    void configure()
    {
        if (access == Access::ReadOnly) {
            database.exec("PRAGMA query_only = ON");
            return;
        }
        database.exec("PRAGMA journal_mode = WAL");
        database.exec("PRAGMA synchronous = FULL"); // each committed batch survives a loss of power
        database.exec("PRAGMA foreign_keys = ON");
    }

    Result<std::vector<Run>> select(const std::string& condition, const std::string& argument = {})
    {
        SQLite::Statement statement(database, std::string("SELECT ") + runColumns + " FROM runs " + condition);
        if (!argument.empty())
            statement.bind(1, argument);
        std::vector<Run> found;
        while (statement.executeStep())
            found.push_back(readRun(statement, path));
        return found;
    }

    Result<std::vector<simulate::QueryRecord>> readAll(SQLite::Statement& statement, std::int64_t* lastRow)
    {
        std::vector<simulate::QueryRecord> found;
        while (statement.executeStep()) {
            DRIFTSCOPE_TRY(simulate::QueryRecord record, readRecord(statement));
            found.push_back(std::move(record));
            if (lastRow != nullptr)
                *lastRow = statement.getColumn(0).getInt64();
        }
        return found;
    }
};

RunStore::RunStore(std::unique_ptr<Connection> connection)
    : m_connection(std::move(connection))
{
}

RunStore::~RunStore() = default;

Result<std::unique_ptr<RunStore>> RunStore::openOnce(const fs::path& path, Access access, const std::string& name,
                                                     int flags)
{
    return guarded(path, [&]() -> Result<std::unique_ptr<RunStore>> {
        auto connection = std::make_unique<Connection>(path, access, name, flags);
        const bool isWritable = access == Access::ReadWrite;
        // SQLite falls back to reading what it may not write.
        if (isWritable && sqlite3_db_readonly(connection->database.getHandle(), "main") == 1)
            return fail(ErrorCode::NotWritable, path.string() + " is read-only; choose a store that can be written.");
        DRIFTSCOPE_CHECK(upgradeSchema(connection->database, schemaSteps(), isWritable, path));
        connection->configure(); // only now: another program's database is left as it was
        return std::unique_ptr<RunStore>(new RunStore(std::move(connection)));
    });
}

Result<std::unique_ptr<RunStore>> RunStore::open(const fs::path& path, Access access)
{
    DRIFTSCOPE_CHECK(checkPath(path, access));
    const bool isWritable = access == Access::ReadWrite;
    const int flags = isWritable ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE : SQLite::OPEN_READONLY;
    auto opened = openOnce(path, access, path.string(), flags);
    if (!isWritable && !opened && opened.error().code == ErrorCode::UnsupportedVersion) {
        // An older store is brought up to date once, so that what it holds can be read; a newer one is refused again.
        if (openOnce(path, Access::ReadWrite, path.string(), SQLite::OPEN_READWRITE))
            opened = openOnce(path, access, path.string(), flags);
    }
    const bool isRefused =
        !opened && (opened.error().code == ErrorCode::NotReadable || opened.error().code == ErrorCode::NotWritable);
    if (!isRefused)
        return opened;
    if (isWritable)
        return fail(ErrorCode::NotWritable, std::move(opened.error().message));
    std::error_code problem;
    const auto journalBytes = fs::file_size(path.string() + "-wal", problem);
    if (!problem && journalBytes > 0)
        return opened; // the newest batches are in the journal, which cannot be used here
    return openOnce(path, access, immutableUri(path), flags | SQLite::OPEN_URI);
}

Result<RunId> RunStore::createRun(const std::string& name, const std::string& experimentHash,
                                  const nlohmann::json& manifest, std::int64_t expectedRecords)
{
    DRIFTSCOPE_CHECK(m_connection->checkWritable());
    return m_connection->guard([&]() -> Result<RunId> {
        SQLite::Transaction transaction(m_connection->database, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement insert(m_connection->database,
                                 "INSERT INTO runs (name, experimentHash, manifest, state, startedAt, endedAt, "
                                 "expectedRecords, records, leaks, message) VALUES (?, ?, ?, ?, ?, 0, ?, 0, 0, '')");
        insert.bind(1, name);
        insert.bind(2, experimentHash);
        insert.bind(3, manifest.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        insert.bind(4, static_cast<int>(RunState::Running));
        insert.bind(5, now());
        insert.bind(6, expectedRecords);
        insert.exec();
        const RunId id = m_connection->database.getLastInsertRowid();
        // Taken before others can see the run, so that nobody takes it for an abandoned one.
        DRIFTSCOPE_TRY(m_connection->locks[id], RunLock::take(m_connection->path, id));
        transaction.commit();
        return id;
    });
}

Result<> RunStore::setState(RunId run, RunState state, const std::string& message)
{
    DRIFTSCOPE_CHECK(m_connection->checkWritable());
    DRIFTSCOPE_CHECK(this->run(run));
    auto& locks = m_connection->locks;
    if (!locks.contains(run)) {
        DRIFTSCOPE_TRY(auto lock, RunLock::take(m_connection->path, run));
        locks[run] = std::move(lock);
    }
    const Result<> written = m_connection->guard([&]() -> Result<> {
        SQLite::Statement update(m_connection->database,
                                 "UPDATE runs SET state = ?, endedAt = ?, message = ? WHERE id = ?");
        update.bind(1, static_cast<int>(state));
        update.bind(2, state == RunState::Running ? std::int64_t {0} : now());
        update.bind(3, message);
        update.bind(4, run);
        update.exec();
        return {};
    });
    if (state != RunState::Running)
        locks.erase(run);
    return written;
}

Result<> RunStore::append(RunId run, std::span<const simulate::QueryRecord> records)
{
    DRIFTSCOPE_CHECK(m_connection->checkWritable());
    return m_connection->guard([&]() -> Result<> {
        SQLite::Transaction transaction(m_connection->database, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement insert(m_connection->database, insertRecordSql());
        std::int64_t leaks = 0;
        for (const simulate::QueryRecord& record : records) {
            bindRecord(insert, run, record);
            if (insert.tryExecuteStep() != SQLITE_DONE) {
                const int code = insert.getExtendedErrorCode();
                if (code == SQLITE_CONSTRAINT_UNIQUE)
                    return fail(ErrorCode::Duplicate,
                                "Run " + std::to_string(run) + " already has the answer of arm "
                                    + std::to_string(record.arm) + " to query " + std::to_string(record.query) + ".");
                if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
                    return fail(ErrorCode::UnknownName, "There is no run " + std::to_string(run) + " to add to.");
                throw SQLite::Exception(m_connection->database.getHandle(), code);
            }
            leaks += record.leaks;
            insert.reset();
        }
        SQLite::Statement count(m_connection->database,
                                "UPDATE runs SET records = records + ?, leaks = leaks + ? WHERE id = ?");
        count.bind(1, static_cast<std::int64_t>(records.size()));
        count.bind(2, leaks);
        count.bind(3, run);
        if (count.exec() != 1)
            return fail(ErrorCode::UnknownName, "There is no run " + std::to_string(run) + " to add to.");
        transaction.commit();
        return {};
    });
}

Result<std::vector<Run>> RunStore::runs()
{
    return m_connection->guard([&] { return m_connection->select("ORDER BY id DESC"); });
}

Result<Run> RunStore::run(RunId id)
{
    return m_connection->guard([&]() -> Result<Run> {
        DRIFTSCOPE_TRY(auto found, m_connection->select("WHERE id = " + std::to_string(id)));
        if (!found.empty())
            return std::move(found.front());
        DRIFTSCOPE_TRY(const auto newest, m_connection->select("ORDER BY id DESC LIMIT 5"));
        std::string known;
        for (const Run& run : newest)
            known += (known.empty() ? "" : ", ") + std::to_string(run.id) + " (" + run.name + ")";
        return fail(ErrorCode::UnknownName,
                    "There is no run " + std::to_string(id) + " in " + m_connection->path.string()
                        + ". Newest runs: " + (known.empty() ? "none" : known) + ".");
    });
}

Result<std::optional<Run>> RunStore::findResumable(const std::string& experimentHash)
{
    return m_connection->guard([&]() -> Result<std::optional<Run>> {
        DRIFTSCOPE_TRY(auto found, m_connection->select("WHERE experimentHash = ? ORDER BY id DESC", experimentHash));
        for (Run& run : found)
            if (run.state == RunState::Stopped || run.state == RunState::Failed)
                return std::optional<Run>(std::move(run));
        return std::optional<Run>();
    });
}

Result<std::vector<simulate::QueryRecord>> RunStore::records(RunId run)
{
    DRIFTSCOPE_CHECK(this->run(run));
    return m_connection->guard([&] {
        SQLite::Statement statement(m_connection->database,
                                    std::string("SELECT ") + recordColumns()
                                        + " FROM records WHERE run = ? ORDER BY query, arm");
        statement.bind(1, run);
        return m_connection->readAll(statement, nullptr);
    });
}

Result<std::vector<simulate::QueryRecord>> RunStore::recordsAfter(RunId run, std::int64_t& afterRow)
{
    return m_connection->guard([&] {
        // "+run" keeps the planner on the row numbers, of which only the newest are looked at.
        SQLite::Statement statement(m_connection->database,
                                    std::string("SELECT ") + recordColumns()
                                        + " FROM records WHERE row > ? AND +run = ? ORDER BY row");
        statement.bind(1, afterRow);
        statement.bind(2, run);
        return m_connection->readAll(statement, &afterRow);
    });
}

Result<std::set<std::pair<std::uint32_t, std::uint32_t>>> RunStore::recordedKeys(RunId run)
{
    using Keys = std::set<std::pair<std::uint32_t, std::uint32_t>>;
    return m_connection->guard([&]() -> Result<Keys> {
        SQLite::Statement statement(m_connection->database,
                                    "SELECT query, arm FROM records WHERE run = ? ORDER BY query, arm");
        statement.bind(1, run);
        Keys keys;
        while (statement.executeStep())
            keys.emplace_hint(keys.end(), statement.getColumn(0).getUInt(), statement.getColumn(1).getUInt());
        return keys;
    });
}

Result<> RunStore::annotate(RunId id, const std::vector<std::string>& tags, const std::string& notes)
{
    DRIFTSCOPE_CHECK(m_connection->checkWritable());
    DRIFTSCOPE_CHECK(run(id));
    return m_connection->guard([&]() -> Result<> {
        SQLite::Statement update(m_connection->database, "UPDATE runs SET tags = ?, notes = ? WHERE id = ?");
        update.bind(1, joinedTags(tags));
        update.bind(2, notes);
        update.bind(3, id);
        update.exec();
        return {};
    });
}

Result<> RunStore::removeRun(RunId id)
{
    DRIFTSCOPE_CHECK(m_connection->checkWritable());
    DRIFTSCOPE_CHECK(run(id));
    m_connection->locks.erase(id);
    DRIFTSCOPE_TRY(const auto lock, RunLock::take(m_connection->path, id)); // not under the feet of its writer
    return m_connection->guard([&]() -> Result<> {
        SQLite::Statement remove(m_connection->database, "DELETE FROM runs WHERE id = ?");
        remove.bind(1, id);
        remove.exec();
        return {};
    });
}

fs::path defaultStorePath()
{
    return dataFolder() / "runs.sqlite";
}

std::string sqliteVersion()
{
    return SQLite::getLibVersion();
}

} // namespace driftscope::store
