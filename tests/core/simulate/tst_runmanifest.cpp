// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/runmanifest.h"

#include <QtTest>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;

namespace {

RunSources sources()
{
    return {.checkpointFiles = {{"/models/a.gguf", "0123"}},
            .device = "cpu, 2 threads",
            .contextTokens = 4096,
            .batchTokens = 777,
            .programVersion = "0.1.0",
            .libtorchVersion = "2.11.0"};
}

} // namespace

class TestRunManifest : public QObject
{
    Q_OBJECT

private slots:
    void namesWhatDecidesTheNumbers()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(1));
        const auto manifest = runManifest(prepared, sources());
        QCOMPARE(manifest["experimentHash"].get<std::string>(), prepared.experiment.hash());
        QVERIFY(manifest["experiment"] == prepared.experiment.toJson());
        QCOMPARE(manifest["deviceKind"].get<std::string>(), std::string("cpu"));
        QVERIFY(manifest["templates"]["items"].get<std::string>().find("answers") != std::string::npos);
        QCOMPARE(recordedBatchTokens(manifest), std::int64_t {777});
        QCOMPARE(recordedBatchTokens(nullptr), std::int64_t {0});
    }

    void theSameSourcesMayGoOn()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(1));
        auto moved = sources();
        moved.checkpointFiles[0].path = "/elsewhere/a.gguf";
        moved.device = "cpu, 8 threads";
        QVERIFY(checkSameSources(runManifest(prepared, sources()), runManifest(prepared, moved)));
    }

    void otherSourcesMayNot()
    {
        const auto prepared = prepare(smallExperiment(), randomDataset(1));
        const auto recorded = runManifest(prepared, sources());
        const auto refused = [&](const RunSources& now, const char* says) {
            const auto checked = checkSameSources(recorded, runManifest(prepared, now));
            return !checked && checked.error().code == ErrorCode::Inconsistent
                && checked.error().message.find(says) != std::string::npos;
        };
        auto now = sources();
        now.checkpointFiles[0].hash = "4567";
        QVERIFY(refused(now, "checkpoint is not the same (a.gguf)"));
        now = sources();
        now.device = "cuda: some GPU";
        QVERIFY(refused(now, "cuda"));
        now = sources();
        now.contextTokens = 2048;
        QVERIFY(refused(now, "context"));
        auto manifest = recorded;
        manifest["templates"]["items"] = "other";
        QVERIFY(checkSameSources(recorded, manifest).error().message.find("template") != std::string::npos);
        manifest = recorded;
        manifest["dataset"]["files"].push_back({{"path", "new.inter"}, {"hash", "1"}});
        QVERIFY(checkSameSources(recorded, manifest).error().message.find("dataset is not the same (new.inter)")
                != std::string::npos);
        QVERIFY(checkSameSources(nullptr, recorded).error().code == ErrorCode::Inconsistent);
    }
};

QTEST_APPLESS_MAIN(TestRunManifest)
#include "tst_runmanifest.moc"
