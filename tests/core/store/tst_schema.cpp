// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/runstore.h"
#include "core/store/schema_p.h"

#include <QtTest>

#include "tests/core/store/samplerecords.h"

using namespace driftscope;
using namespace driftscope::store;
using namespace driftscope::test;

namespace {

constexpr int readWrite = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

int version(SQLite::Database& database)
{
    return database.execAndGet("PRAGMA user_version").getInt();
}

/// A store of the released version with one run in it.
std::filesystem::path filled(const StoreFolder& folder)
{
    const auto store = RunStore::open(folder.file(), RunStore::Access::ReadWrite).value();
    const RunId id = store->createRun("old", "h", {}, 2).value();
    if (!store->append(id, sampleBatch(0, 2)))
        qFatal("the store cannot be filled");
    return folder.file();
}

} // namespace

class TestSchema : public QObject
{
    Q_OBJECT

private slots:
    void olderStoreIsBroughtUpToDateAndKeepsItsRows()
    {
        const StoreFolder folder;
        const auto path = filled(folder);
        std::vector<const char*> steps(schemaSteps().begin(), schemaSteps().end());
        steps.push_back("ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT 'none'");
        steps.push_back("CREATE TABLE marks (id INTEGER PRIMARY KEY)");
        {
            SQLite::Database database(path, readWrite);
            QVERIFY(upgradeSchema(database, steps, true, path).has_value());
            QCOMPARE(version(database), static_cast<int>(steps.size()));
            QCOMPARE(database.execAndGet("SELECT note FROM runs").getString(), std::string("none"));
            QCOMPARE(database.execAndGet("SELECT count(*) FROM records").getInt(), 2);
            QVERIFY(upgradeSchema(database, steps, true, path).has_value()); // once is enough
        }
    }

    void recordsOfTheFirstVersionHadNoCachedTokens()
    {
        const StoreFolder folder;
        const auto path = filled(folder);
        {
            SQLite::Database database(path, readWrite);
            database.exec("ALTER TABLE records DROP COLUMN cachedTokens");
            database.exec("ALTER TABLE records DROP COLUMN updates");
            database.exec("ALTER TABLE runs DROP COLUMN tags");
            database.exec("ALTER TABLE runs DROP COLUMN notes");
            database.exec("PRAGMA user_version = 1");
        }
        const auto records = RunStore::open(path, RunStore::Access::ReadWrite).value()->records(1);
        QVERIFY(records.has_value());
        QCOMPARE(records->size(), std::size_t(2));
        auto expected = sampleRecord(1);
        expected.cachedTokens = 0;
        expected.updates.clear();
        QVERIFY(isSame((*records)[1], expected));
    }

    void runsOfTheThirdVersionHaveNoTagsAndAreReadWithoutBeingWrittenFirst()
    {
        const StoreFolder folder;
        const auto path = filled(folder);
        {
            SQLite::Database database(path, readWrite);
            database.exec("ALTER TABLE runs DROP COLUMN tags");
            database.exec("ALTER TABLE runs DROP COLUMN notes");
            database.exec("PRAGMA user_version = 3");
        }
        const auto opened = RunStore::open(path, RunStore::Access::ReadOnly);
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        const auto run = (*opened)->run(1);
        QVERIFY(run.has_value());
        QVERIFY(run->tags.empty() && run->notes.empty());
        QCOMPARE((*opened)->records(1)->size(), std::size_t(2));
    }

    void failedStepChangesNothing()
    {
        const StoreFolder folder;
        const auto path = filled(folder);
        std::vector<const char*> steps(schemaSteps().begin(), schemaSteps().end());
        steps.push_back("CREATE TABLE marks (id INTEGER PRIMARY KEY); SELECT * FROM nowhere");
        SQLite::Database database(path, readWrite);
        const auto outcome = guarded(path, [&] { return upgradeSchema(database, steps, true, path); });
        QVERIFY(!outcome.has_value());
        QCOMPARE(version(database), static_cast<int>(schemaSteps().size()));
        QVERIFY(!database.tableExists("marks"));
    }

    void newerStoreIsRefused()
    {
        const StoreFolder folder;
        const auto path = filled(folder);
        SQLite::Database(path, readWrite).exec("PRAGMA user_version = 99");
        for (const auto access : {RunStore::Access::ReadOnly, RunStore::Access::ReadWrite}) {
            const auto opened = RunStore::open(path, access);
            QCOMPARE(opened.error().code, ErrorCode::UnsupportedVersion);
            QVERIFY(opened.error().message.find("newer") != std::string::npos);
        }
        SQLite::Database database(path, readWrite);
        QCOMPARE(version(database), 99);
    }

    void olderStoreOpenedForReadingIsLeftAlone()
    {
        const StoreFolder folder;
        const auto path = filled(folder);
        std::vector<const char*> steps(schemaSteps().begin(), schemaSteps().end());
        steps.push_back("CREATE TABLE marks (id INTEGER PRIMARY KEY)");
        SQLite::Database database(path, SQLite::OPEN_READONLY);
        QCOMPARE(upgradeSchema(database, steps, false, path).error().code, ErrorCode::UnsupportedVersion);
    }

    void databaseOfAnotherProgramIsLeftAlone()
    {
        const StoreFolder folder;
        SQLite::Database(folder.file(), readWrite).exec("CREATE TABLE notes (text TEXT)");
        QCOMPARE(RunStore::open(folder.file(), RunStore::Access::ReadWrite).error().code, ErrorCode::UnsupportedFormat);
        SQLite::Database database(folder.file(), readWrite);
        QVERIFY(!database.tableExists("runs"));
        QCOMPARE(database.execAndGet("PRAGMA journal_mode").getString(), std::string("delete"));
    }

    void everyBatchIsSynced()
    {
        const StoreFolder folder;
        SQLite::Database database(filled(folder), readWrite);
        QCOMPARE(database.execAndGet("PRAGMA journal_mode").getString(), std::string("wal"));
    }

    void damagedListIsReported()
    {
        const StoreFolder folder;
        const auto path = filled(folder);
        SQLite::Database(path, readWrite).exec("UPDATE records SET scores = x'0102' WHERE query = 1");
        const auto records = RunStore::open(path, RunStore::Access::ReadOnly).value()->records(1);
        QCOMPARE(records.error().code, ErrorCode::Inconsistent);
    }

    void damagedManifestDoesNotHideTheRuns()
    {
        const StoreFolder folder;
        const auto path = filled(folder);
        SQLite::Database(path, readWrite).exec("UPDATE runs SET manifest = '{'");
        const auto runs = RunStore::open(path, RunStore::Access::ReadOnly).value()->runs().value();
        QCOMPARE(runs.size(), std::size_t {1});
        QVERIFY(runs[0].manifest.is_null());
    }

    void errorsSayWhatToDo()
    {
        SQLite::Database database(":memory:", readWrite);
        const auto codeOf = [&](int code) {
            return sqliteError(SQLite::Exception(database.getHandle(), code), "runs.sqlite").code;
        };
        QCOMPARE(codeOf(SQLITE_FULL), ErrorCode::DiskFull);
        QCOMPARE(codeOf(SQLITE_IOERR), ErrorCode::NotWritable);
        QCOMPARE(codeOf(SQLITE_READONLY), ErrorCode::NotWritable);
        QCOMPARE(codeOf(SQLITE_BUSY), ErrorCode::NotWritable);
        QCOMPARE(codeOf(SQLITE_CANTOPEN), ErrorCode::NotReadable);
        QCOMPARE(codeOf(SQLITE_CORRUPT), ErrorCode::Inconsistent);
        QCOMPARE(codeOf(SQLITE_NOTADB), ErrorCode::UnsupportedFormat);
        QCOMPARE(codeOf(SQLITE_NOMEM), ErrorCode::OutOfMemory);
        QCOMPARE(codeOf(SQLITE_ERROR), ErrorCode::Internal);
    }
};

QTEST_APPLESS_MAIN(TestSchema)
#include "tst_schema.moc"
