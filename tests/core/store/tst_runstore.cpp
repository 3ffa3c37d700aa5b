// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/runstore.h"

#include <QFile>
#include <QtTest>

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/core/store/samplerecords.h"

using namespace driftscope;
using namespace driftscope::store;
using namespace driftscope::test;

namespace {

std::unique_ptr<RunStore> writable(const std::filesystem::path& path)
{
    auto opened = RunStore::open(path, RunStore::Access::ReadWrite);
    if (!opened)
        qFatal("%s", opened.error().message.c_str());
    return std::move(*opened);
}

ErrorCode codeOfOpening(const std::filesystem::path& path, RunStore::Access access)
{
    const auto opened = RunStore::open(path, access);
    return opened ? ErrorCode::Internal : opened.error().code;
}

void writeText(const std::filesystem::path& path, const QByteArray& text)
{
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("cannot write the test file");
}

/// Runs `work` in a process of its own and gives its exit status; -1 if it did not exit by itself.
template<typename Work>
int inChild(Work work)
{
    const pid_t child = fork();
    if (child == 0)
        _exit(work());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

class TestRunStore : public QObject
{
    Q_OBJECT

private slots:
    void tagsAndNotesAreKeptCleanAndReplaced()
    {
        const StoreFolder folder;
        auto runs = RunStore::open(folder.file(), RunStore::Access::ReadWrite).value();
        const auto id = runs->createRun("a", "hash", {}, 1).value();
        QVERIFY(runs->annotate(id, {" drift ", "paper", "", "drift", "two\nlines"}, "first try\nof two").has_value());
        QCOMPARE(runs->run(id)->tags, (std::vector<std::string> {"drift", "paper", "two lines"}));
        QCOMPARE(runs->run(id)->notes, std::string("first try\nof two"));
        QVERIFY(runs->annotate(id, {}, {}).has_value());
        QVERIFY(runs->run(id)->tags.empty() && runs->run(id)->notes.empty());
        QCOMPARE(runs->annotate(id + 1, {}, {}).error().code, ErrorCode::UnknownName);
    }

    void recordsComeBackBitForBit()
    {
        const StoreFolder folder;
        RunId id = 0;
        {
            const auto store = writable(folder.file());
            id = store->createRun("first", "hash", {{"seed", 1}}, 4).value();
            const std::vector<simulate::QueryRecord> records {sampleRecord(1, 1), sampleRecord(0, 1),
                                                              sampleRecord(1, 0)};
            QVERIFY(store->append(id, records).has_value());
            QVERIFY(store->append(id, std::vector {sampleRecord(0, 0)}).has_value());
            QVERIFY(store->append(id, {}).has_value());
        }
        const auto reopened = RunStore::open(folder.file(), RunStore::Access::ReadOnly).value()->records(id).value();
        QCOMPARE(reopened.size(), std::size_t {4});
        const std::pair<std::uint32_t, std::uint32_t> order[] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
        for (std::size_t i = 0; i < reopened.size(); ++i)
            QVERIFY(isSame(reopened[i], sampleRecord(order[i].first, order[i].second)));
    }

    void emptyListsComeBackEmpty()
    {
        const StoreFolder folder;
        const auto store = writable(folder.file());
        const RunId id = store->createRun("r", "h", {}, 1).value();
        simulate::QueryRecord record;
        record.candidates = {4};
        record.scores = {0.5};
        QVERIFY(store->append(id, std::vector {record}).has_value());
        QVERIFY(isSame(store->records(id).value().at(0), record));
    }

    void runsAreListedNewestFirst()
    {
        const StoreFolder folder;
        const auto store = writable(folder.file());
        const RunId first = store->createRun("first", "a", {{"title", "Amélie"}}, 10).value();
        const RunId second = store->createRun("second", "b", nullptr, 20).value();
        QVERIFY(store->append(first, sampleBatch(0, 7)).has_value());
        QVERIFY(store->setState(first, RunState::Failed, "no memory").has_value());
        const auto runs = store->runs().value();
        QCOMPARE(runs.size(), std::size_t {2});
        QCOMPARE(runs[0].id, second);
        QCOMPARE(runs[0].state, RunState::Running);
        QCOMPARE(runs[0].endedAt, std::int64_t {0});
        QCOMPARE(runs[1].id, first);
        QCOMPARE(runs[1].name, std::string("first"));
        QCOMPARE(runs[1].experimentHash, std::string("a"));
        QCOMPARE(runs[1].manifest["title"].get<std::string>(), std::string("Amélie"));
        QCOMPARE(runs[1].state, RunState::Failed);
        QCOMPARE(runs[1].message, std::string("no memory"));
        QCOMPARE(runs[1].expectedRecords, std::int64_t {10});
        QCOMPARE(runs[1].records, std::int64_t {7});
        QCOMPARE(runs[1].leaks, std::int64_t {3});
        QVERIFY(runs[1].startedAt > 0 && runs[1].endedAt >= runs[1].startedAt);
    }

    void batchesAreAllOrNothing()
    {
        const StoreFolder folder;
        const auto store = writable(folder.file());
        const RunId id = store->createRun("r", "h", {}, 10).value();
        QVERIFY(store->append(id, sampleBatch(0, 3)).has_value());
        auto batch = sampleBatch(10, 3);
        batch.push_back(sampleRecord(1));
        const auto refused = store->append(id, batch);
        QCOMPARE(refused.error().code, ErrorCode::Duplicate);
        QVERIFY(refused.error().message.find("query 1") != std::string::npos);
        QCOMPARE(store->records(id).value().size(), std::size_t {3});
        QCOMPARE(store->run(id).value().records, std::int64_t {3});
        QVERIFY(store->append(id, sampleBatch(10, 3)).has_value());
    }

    void unknownRunsAreNamed()
    {
        const StoreFolder folder;
        const auto store = writable(folder.file());
        QCOMPARE(store->run(7).error().code, ErrorCode::UnknownName);
        QVERIFY(store->run(7).error().message.find("none") != std::string::npos);
        const RunId id = store->createRun("drift study", "h", {}, 1).value();
        QVERIFY(store->run(id + 1).error().message.find("drift study") != std::string::npos);
        QCOMPARE(store->append(99, sampleBatch(0, 1)).error().code, ErrorCode::UnknownName);
        QCOMPARE(store->append(99, {}).error().code, ErrorCode::UnknownName);
        QCOMPARE(store->records(99).error().code, ErrorCode::UnknownName);
        QCOMPARE(store->setState(99, RunState::Finished).error().code, ErrorCode::UnknownName);
        QCOMPARE(store->removeRun(99).error().code, ErrorCode::UnknownName);
    }

    void resumeKeysAreWhatIsOnRecord()
    {
        const StoreFolder folder;
        const auto store = writable(folder.file());
        const RunId id = store->createRun("r", "h", {}, 10).value();
        const RunId other = store->createRun("s", "h", {}, 10).value();
        QVERIFY(store->append(id, std::vector {sampleRecord(3, 1), sampleRecord(2, 0)}).has_value());
        QVERIFY(store->append(other, std::vector {sampleRecord(9, 9)}).has_value());
        const std::set<std::pair<std::uint32_t, std::uint32_t>> expected {{2, 0}, {3, 1}};
        QCOMPARE(store->recordedKeys(id).value(), expected);
    }

    void newRecordsAreGivenOnce()
    {
        const StoreFolder folder;
        const auto store = writable(folder.file());
        const RunId id = store->createRun("r", "h", {}, 10).value();
        const RunId other = store->createRun("s", "h", {}, 10).value();
        std::int64_t row = 0;
        QVERIFY(store->append(id, sampleBatch(5, 2)).has_value());
        QCOMPARE(store->recordsAfter(id, row).value().size(), std::size_t {2});
        QVERIFY(store->append(other, sampleBatch(0, 4)).has_value());
        QVERIFY(store->append(id, sampleBatch(0, 1)).has_value());
        const auto newer = store->recordsAfter(id, row).value();
        QCOMPARE(newer.size(), std::size_t {1});
        QCOMPARE(newer[0].query, 0U);
        QVERIFY(store->recordsAfter(id, row).value().empty());
    }

    void newestStoppedOrFailedRunCanGoOn()
    {
        const StoreFolder folder;
        const auto store = writable(folder.file());
        const RunId stopped = store->createRun("a", "h", {}, 1).value();
        const RunId failed = store->createRun("b", "h", {}, 1).value();
        const RunId finished = store->createRun("c", "h", {}, 1).value();
        const RunId running = store->createRun("d", "h", {}, 1).value();
        QVERIFY(store->setState(stopped, RunState::Stopped).has_value());
        QCOMPARE(store->findResumable("h").value()->id, stopped);
        QVERIFY(store->setState(failed, RunState::Failed, "disk full").has_value());
        QVERIFY(store->setState(finished, RunState::Finished).has_value());
        QCOMPARE(store->findResumable("h").value()->id, failed);
        QVERIFY(!store->findResumable("other").value());
        QCOMPARE(store->run(running).value().state, RunState::Running);
    }

    void runLeftByItsProgramIsShownAsStopped()
    {
        const StoreFolder folder;
        RunId id = 0;
        {
            const auto store = writable(folder.file());
            id = store->createRun("r", "h", {}, 1).value();
            QCOMPARE(writable(folder.file())->run(id).value().state, RunState::Running);
            QVERIFY(!writable(folder.file())->findResumable("h").value());
        }
        const auto store = writable(folder.file());
        QCOMPARE(store->run(id).value().state, RunState::Stopped);
        QVERIFY(!store->run(id).value().message.empty());
        QCOMPARE(store->findResumable("h").value()->id, id);
    }

    void twoProgramsCannotWriteOneRun()
    {
        const StoreFolder folder;
        const auto first = writable(folder.file());
        const RunId id = first->createRun("r", "h", {}, 1).value();
        const auto second = writable(folder.file());
        const auto refused = second->setState(id, RunState::Running);
        QCOMPARE(refused.error().code, ErrorCode::NotWritable);
        QVERIFY(refused.error().message.find("another program") != std::string::npos);
        QCOMPARE(second->removeRun(id).error().code, ErrorCode::NotWritable);
        QVERIFY(first->setState(id, RunState::Stopped).has_value());
        QVERIFY(second->setState(id, RunState::Running).has_value());
        QCOMPARE(first->setState(id, RunState::Running).error().code, ErrorCode::NotWritable);
    }

    void removedRunTakesItsRecordsAlong()
    {
        const StoreFolder folder;
        const auto store = writable(folder.file());
        const RunId id = store->createRun("r", "h", {}, 1).value();
        QVERIFY(store->append(id, sampleBatch(0, 2)).has_value());
        QVERIFY(store->removeRun(id).has_value());
        QVERIFY(store->runs().value().empty());
        QVERIFY(store->recordedKeys(id).value().empty());
        QVERIFY(store->createRun("s", "h", {}, 1).value() > id); // numbers are not used twice
    }

    void missingStoreIsNotFound()
    {
        const StoreFolder folder;
        QCOMPARE(codeOfOpening(folder.file(), RunStore::Access::ReadOnly), ErrorCode::NotFound);
        QVERIFY(!std::filesystem::exists(folder.file()));
    }

    void folderIsMade()
    {
        const StoreFolder folder;
        QVERIFY(RunStore::open(folder.file("a/b/runs.sqlite"), RunStore::Access::ReadWrite).has_value());
    }

    void otherFilesAreNotStores()
    {
        const StoreFolder folder;
        writeText(folder.file("text"), "user,item,rating\n");
        writeText(folder.file("long"), QByteArray(5000, 'x'));
        for (const char* name : {"text", "long"}) {
            QCOMPARE(codeOfOpening(folder.file(name), RunStore::Access::ReadOnly), ErrorCode::UnsupportedFormat);
            QCOMPARE(codeOfOpening(folder.file(name), RunStore::Access::ReadWrite), ErrorCode::UnsupportedFormat);
        }
        QCOMPARE(codeOfOpening(folder.folder.path().toStdString(), RunStore::Access::ReadWrite),
                 ErrorCode::UnsupportedFormat);
        QFile text(QString::fromStdString(folder.file("text").string()));
        QVERIFY(text.open(QIODevice::ReadOnly));
        QCOMPARE(text.readAll(), QByteArray("user,item,rating\n"));
    }

    void cutStoreIsAnErrorNotACrash()
    {
        const StoreFolder folder;
        {
            const auto store = writable(folder.file());
            const RunId id = store->createRun("r", "h", {}, 1).value();
            QVERIFY(store->append(id, sampleBatch(0, 200)).has_value());
        }
        std::filesystem::resize_file(folder.file(), 3000);
        const auto opened = RunStore::open(folder.file(), RunStore::Access::ReadOnly);
        QVERIFY(!opened || !opened.value()->records(1));
    }

    void readingStoreCannotBeWritten()
    {
        const StoreFolder folder;
        const RunId id = writable(folder.file())->createRun("r", "h", {}, 1).value();
        const auto store = RunStore::open(folder.file(), RunStore::Access::ReadOnly).value();
        QCOMPARE(store->createRun("r", "h", {}, 1).error().code, ErrorCode::NotWritable);
        QCOMPARE(store->append(id, sampleBatch(0, 1)).error().code, ErrorCode::NotWritable);
        QCOMPARE(store->setState(id, RunState::Finished).error().code, ErrorCode::NotWritable);
        QCOMPARE(store->removeRun(id).error().code, ErrorCode::NotWritable);
    }

    void readOnlyFolderIsToldAndStillRead()
    {
        const StoreFolder folder;
        const RunId id = writable(folder.file())->createRun("r", "h", {}, 1).value();
        namespace fs = std::filesystem;
        fs::permissions(folder.file(), fs::perms(0444));
        fs::permissions(folder.folder.path().toStdString(), fs::perms(0555));
        const int status = inChild([&] {
            constexpr uid_t nobody = 65534;
            if (geteuid() == 0 && seteuid(nobody) != 0) // root may write anything
                return 3;
            if (codeOfOpening(folder.file(), RunStore::Access::ReadWrite) != ErrorCode::NotWritable)
                return 1;
            if (codeOfOpening(folder.file("new.sqlite"), RunStore::Access::ReadWrite) != ErrorCode::NotWritable)
                return 2;
            const auto store = RunStore::open(folder.file(), RunStore::Access::ReadOnly);
            return store && store.value()->run(id) ? 0 : 4;
        });
        fs::permissions(folder.folder.path().toStdString(), fs::perms(0755));
        QCOMPARE(status, 0);
    }

    void fullDiskIsToldAndKeepsWholeBatches()
    {
        const StoreFolder folder;
        const RunId id = writable(folder.file())->createRun("r", "h", {}, 1).value();
        const int status = inChild([&] {
            std::signal(SIGXFSZ, SIG_IGN); // the limit then is an error of write(), as a full disk is
            const rlimit limit {200'000, 200'000};
            if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
                return 3;
            const auto store = writable(folder.file());
            for (std::uint32_t batch = 0; batch < 1000; ++batch) {
                const auto written = store->append(id, sampleBatch(batch * 10, 10));
                if (!written)
                    return written.error().code == ErrorCode::DiskFull ? 0 : 2;
            }
            return 1;
        });
        QCOMPARE(status, 0);
        const auto store = writable(folder.file());
        const auto kept = store->records(id).value();
        QVERIFY(!kept.empty());
        QCOMPARE(kept.size() % 10, std::size_t {0});
        QCOMPARE(store->run(id).value().records, static_cast<std::int64_t>(kept.size()));
        QVERIFY(store->append(id, sampleBatch(100'000, 10)).has_value());
    }

    void statesHaveNames()
    {
        QCOMPARE(runStateName(RunState::Running), std::string_view("running"));
        QCOMPARE(runStateName(RunState::Finished), std::string_view("finished"));
        QCOMPARE(runStateName(RunState::Stopped), std::string_view("stopped"));
        QCOMPARE(runStateName(RunState::Failed), std::string_view("failed"));
    }
};

QTEST_APPLESS_MAIN(TestRunStore)
#include "tst_runstore.moc"
