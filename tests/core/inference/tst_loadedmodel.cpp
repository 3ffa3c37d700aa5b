// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/loadedmodel.h"

#include <QtTest>

using namespace driftscope;
using namespace driftscope::inference;

namespace {

std::shared_ptr<const checkpoint::Checkpoint> tinyCheckpoint()
{
    const auto opened = checkpoint::Checkpoint::open(std::string(DRIFTSCOPE_TEST_DATA) + "/checkpoints/llama");
    return opened ? *opened : nullptr;
}

} // namespace

class TestLoadedModel : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { QVERIFY(tinyCheckpoint() != nullptr); }

    void progressEndsAtTheStoredBytes()
    {
        JobContext context;
        Progress last;
        std::int64_t reports = 0;
        bool isRising = true;
        context.report = [&](const Progress& progress) {
            isRising = isRising && progress.done >= last.done;
            last = progress;
            ++reports;
        };
        const auto model = LoadedModel::load(tinyCheckpoint(), {.device = DeviceChoice::Cpu}, context);
        QVERIFY(model.has_value());
        QVERIFY(isRising);
        QVERIFY(reports > 10);
        QCOMPARE(last.done, last.total);
        QVERIFY(last.total > 0);
        QVERIFY((*model)->device().starts_with("cpu"));
    }

    void bf16NeedsAboutHalf()
    {
        const auto wide = LoadedModel::load(tinyCheckpoint(), {.device = DeviceChoice::Cpu}, {});
        const auto narrow = LoadedModel::load(tinyCheckpoint(), {Precision::Bf16, DeviceChoice::Cpu}, {});
        QVERIFY(wide && narrow);
        QVERIFY((*narrow)->weightBytes() * 10 < (*wide)->weightBytes() * 6);
    }

    void stopBetweenTensorsIsCancelled()
    {
        std::stop_source source;
        JobContext context;
        context.stop = source.get_token();
        std::int64_t done = 0;
        std::int64_t total = 0;
        context.report = [&](const Progress& progress) {
            done = progress.done;
            total = progress.total;
            if (progress.done * 2 > progress.total)
                source.request_stop();
        };
        const auto model = LoadedModel::load(tinyCheckpoint(), {.device = DeviceChoice::Cpu}, context);
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::Cancelled);
        QVERIFY(done < total);
    }

    void missingCudaIsAnAnswer()
    {
        const auto model = LoadedModel::load(tinyCheckpoint(), {.device = DeviceChoice::Cuda}, {});
        if (model)
            QSKIP("this machine has a GPU");
        QCOMPARE(model.error().code, ErrorCode::NotFound);
        QVERIFY(model.error().message.find("CUDA") != std::string::npos);
    }

    void autoFallsBackToTheCpu()
    {
        const auto model = LoadedModel::load(tinyCheckpoint(), {}, {});
        QVERIFY(model.has_value());
        QVERIFY(!(*model)->device().empty());
    }
};

QTEST_APPLESS_MAIN(TestLoadedModel)
#include "tst_loadedmodel.moc"
