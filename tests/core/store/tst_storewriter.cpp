// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/storewriter.h"

#include <QtTest>

#include <atomic>
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "tests/core/store/samplerecords.h"

using namespace driftscope;
using namespace driftscope::store;
using namespace driftscope::test;

namespace {

std::unique_ptr<StoreWriter> started(const std::filesystem::path& path, std::optional<RunId> resume = {})
{
    auto writer = StoreWriter::start(path, "study", "hash", {{"seed", 1}}, 100, resume);
    if (!writer)
        qFatal("%s", writer.error().message.c_str());
    return std::move(*writer);
}

Run runOf(const std::filesystem::path& path, RunId id)
{
    return RunStore::open(path, RunStore::Access::ReadOnly).value()->run(id).value();
}

/// Writes batches of seven and says so with a byte a batch, until it is killed.
[[noreturn]] void writeForever(const std::filesystem::path& path, int reportTo)
{
    const auto writer = started(path);
    for (std::uint32_t batch = 0;; ++batch) {
        if (!writer->accept(sampleBatch(batch * 7, 7)) || write(reportTo, "b", 1) != 1)
            _exit(1);
    }
}

} // namespace

class TestStoreWriter : public QObject
{
    Q_OBJECT

private slots:
    void acceptedRecordsAreOnDisk()
    {
        const StoreFolder folder;
        const auto writer = started(folder.file());
        const auto reader = RunStore::open(folder.file(), RunStore::Access::ReadOnly).value();
        QVERIFY(writer->accept(sampleBatch(0, 5)).has_value());
        QCOMPARE(reader->records(writer->run()).value().size(), std::size_t {5});
        QCOMPARE(reader->run(writer->run()).value().state, RunState::Running);
        QVERIFY(writer->finish(RunState::Finished).has_value());
        QCOMPARE(reader->run(writer->run()).value().state, RunState::Finished);
    }

    void unfinishedWriterLeavesAStoppedRun()
    {
        const StoreFolder folder;
        RunId id = 0;
        {
            const auto writer = started(folder.file());
            id = writer->run();
            QVERIFY(writer->accept(sampleBatch(0, 5)).has_value());
        }
        QCOMPARE(runOf(folder.file(), id).state, RunState::Stopped);
        QVERIFY(runOf(folder.file(), id).endedAt > 0);
    }

    void resumedRunGoesOn()
    {
        const StoreFolder folder;
        RunId id = 0;
        {
            const auto writer = started(folder.file());
            id = writer->run();
            QVERIFY(writer->accept(sampleBatch(0, 5)).has_value());
            QVERIFY(writer->finish(RunState::Failed, "disk full").has_value());
        }
        const auto writer = started(folder.file(), id);
        QCOMPARE(writer->run(), id);
        QCOMPARE(runOf(folder.file(), id).state, RunState::Running);
        QCOMPARE(runOf(folder.file(), id).message, std::string());
        QVERIFY(writer->accept(sampleBatch(5, 5)).has_value());
        QVERIFY(writer->finish(RunState::Finished).has_value());
        QCOMPARE(runOf(folder.file(), id).records, std::int64_t {10});
    }

    void onlyOneWriterARun()
    {
        const StoreFolder folder;
        const auto writer = started(folder.file());
        const auto second = StoreWriter::start(folder.file(), "study", "hash", {}, 1, writer->run());
        QCOMPARE(second.error().code, ErrorCode::NotWritable);
        QVERIFY(second.error().message.find("another program") != std::string::npos);
    }

    void differentRunsAreWrittenAtOnce()
    {
        const StoreFolder folder;
        const auto first = started(folder.file());
        const auto second = started(folder.file());
        const auto fill = [](StoreWriter& writer) {
            for (std::uint32_t batch = 0; batch < 20; ++batch)
                if (!writer.accept(sampleBatch(batch * 3, 3)))
                    qFatal("a batch was refused");
        };
        {
            const std::jthread other([&] { fill(*second); });
            fill(*first);
        }
        QCOMPARE(runOf(folder.file(), first->run()).records, std::int64_t {60});
        QCOMPARE(runOf(folder.file(), second->run()).records, std::int64_t {60});
    }

    void wrongRunsAreNotResumed()
    {
        const StoreFolder folder;
        const auto writer = started(folder.file());
        const RunId id = writer->run();
        QVERIFY(writer->finish(RunState::Finished).has_value());
        QCOMPARE(StoreWriter::start(folder.file(), "s", "hash", {}, 1, id).error().code, ErrorCode::BadArgument);
        QCOMPARE(StoreWriter::start(folder.file(), "s", "other", {}, 1, id).error().code, ErrorCode::Inconsistent);
        QCOMPARE(StoreWriter::start(folder.file(), "s", "hash", {}, 1, id + 1).error().code, ErrorCode::UnknownName);
    }

    void refusedBatchIsReportedAndTheNextAccepted()
    {
        const StoreFolder folder;
        const auto writer = started(folder.file());
        QVERIFY(writer->accept(sampleBatch(0, 2)).has_value());
        QCOMPARE(writer->accept(sampleBatch(1, 2)).error().code, ErrorCode::Duplicate);
        QVERIFY(writer->accept(sampleBatch(2, 2)).has_value());
        QCOMPARE(runOf(folder.file(), writer->run()).records, std::int64_t {4});
    }

    void readersSeeWholeBatchesWhileWriting()
    {
        const StoreFolder folder;
        const auto writer = started(folder.file());
        std::atomic<bool> isWritten = false;
        const std::jthread writing([&] {
            for (std::uint32_t batch = 0; batch < 30; ++batch)
                if (!writer->accept(sampleBatch(batch * 7, 7)))
                    qFatal("a batch was refused");
            isWritten = true;
        });
        const auto reader = RunStore::open(folder.file(), RunStore::Access::ReadOnly).value();
        std::int64_t row = 0;
        std::size_t seen = 0;
        for (bool isLast = false; !isLast;) {
            isLast = isWritten;
            const auto records = reader->recordsAfter(writer->run(), row);
            QVERIFY2(records.has_value(), records ? "" : records.error().message.c_str());
            QCOMPARE(records->size() % 7, std::size_t {0});
            seen += records->size();
        }
        QCOMPARE(seen, std::size_t {210});
    }

    void killedProgramLeavesWholeBatchesAndAResumableRun()
    {
        const StoreFolder folder;
        for (const int batchesBeforeKill : {1, 5, 12}) {
            const auto path = folder.file(qPrintable(QString("kill%1.sqlite").arg(batchesBeforeKill)));
            int pipeEnds[2];
            QCOMPARE(pipe(pipeEnds), 0);
            const pid_t child = fork();
            if (child == 0)
                writeForever(path, pipeEnds[1]);
            close(pipeEnds[1]);
            char byte = 0;
            for (int i = 0; i < batchesBeforeKill; ++i)
                QCOMPARE(read(pipeEnds[0], &byte, 1), ssize_t {1});
            kill(child, SIGKILL);
            waitpid(child, nullptr, 0);
            close(pipeEnds[0]);

            const auto store = RunStore::open(path, RunStore::Access::ReadWrite).value();
            const auto found = store->findResumable("hash").value();
            QVERIFY(found.has_value());
            QCOMPARE(found->state, RunState::Stopped);
            const auto records = store->records(found->id).value();
            QVERIFY(records.size() >= static_cast<std::size_t>(7 * batchesBeforeKill));
            QCOMPARE(records.size() % 7, std::size_t {0});
            QCOMPARE(found->records, static_cast<std::int64_t>(records.size()));
            for (std::uint32_t i = 0; i < records.size(); ++i)
                QVERIFY(isSame(records[i], sampleRecord(i)));
            QVERIFY(started(path, found->id)->accept(sampleBatch(1'000'000, 1)).has_value());
        }
    }
};

QTEST_APPLESS_MAIN(TestStoreWriter)
#include "tst_storewriter.moc"
