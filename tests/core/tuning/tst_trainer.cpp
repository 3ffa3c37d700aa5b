// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"
#include "core/checkpoint/checkpoint.h"
#include "core/inference/llmscorer.h"
#include "core/tokenizer/tokenizerloader.h"
#include "core/tuning/trainer.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <filesystem>
#include <vector>

#include "tinyplan.h"

using namespace driftscope;
using namespace driftscope::tuning;

namespace {

TuningPlan planIn(const QTemporaryDir& folder, nlohmann::json plan = tinyPlan())
{
    return *TuningPlan::parse(plan.dump(), folder.filePath("plan.json").toStdString());
}

/// Losses of all steps; -1 where the run failed.
std::vector<double> lossesOf(const TuningPlan& plan, const JobContext& context = {})
{
    std::vector<double> losses;
    TuningOptions options;
    options.onStep = [&losses](const StepReport& report) { losses.push_back(report.answerLoss); };
    const auto outcome = tune(plan, options, context);
    if (!outcome && outcome.error().code != ErrorCode::Cancelled)
        qWarning("%s", outcome.error().message.c_str());
    return losses;
}

} // namespace

class TestTrainer : public QObject
{
    Q_OBJECT

private slots:
    void trainingLowersTheLossAndLeavesAModelThatLoads()
    {
        const QTemporaryDir folder;
        const auto plan = planIn(folder, tinyPlan(30));
        const auto losses = lossesOf(plan);
        QCOMPARE(losses.size(), std::size_t {30});
        QVERIFY(std::abs(losses.front() - std::log(320.0)) < 0.7); // a new model knows nothing
        QVERIFY(losses.back() < 2);
        const auto checkpoint = checkpoint::Checkpoint::open(plan.outputFolder());
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message.c_str());
        QCOMPARE((*checkpoint)->config().layers, std::int64_t(2));
        QVERIFY(tokenizer::loadTokenizer(plan.outputFolder()));
        QVERIFY(inference::LoadedModel::load(*checkpoint, {.device = inference::DeviceChoice::Cpu}, {}));
    }

    void stoppedRunGoesOnAsIfNothingHadHappened()
    {
        const QTemporaryDir whole;
        const auto expected = lossesOf(planIn(whole));
        QCOMPARE(expected.size(), std::size_t {6});

        const QTemporaryDir folder;
        const auto plan = planIn(folder);
        std::stop_source stop;
        JobContext context;
        context.stop = stop.get_token();
        context.report = [&stop](const Progress& progress) {
            if (progress.stage == "tune" && progress.done == 3)
                stop.request_stop();
        };
        const auto before = lossesOf(plan, context);
        QCOMPARE(before.size(), std::size_t {3});
        const auto after = lossesOf(plan);
        QCOMPARE(after.size(), std::size_t {3});
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(std::abs(before[i] - expected[i]) < 1e-6);
            QVERIFY(std::abs(after[i] - expected[i + 3]) < 1e-6);
        }
        const auto log = readFile(plan.outputFolder() / "log.jsonl");
        QVERIFY(log);
        QCOMPARE(std::ranges::count(*log, '\n'), 6);
    }

    void passesDoNotChangeTheGradients()
    {
        const QTemporaryDir whole;
        auto json = tinyPlan();
        json["optimization"]["tokensPerPass"] = 100'000;
        const auto atOnce = lossesOf(planIn(whole, json));
        const QTemporaryDir parts;
        json["optimization"]["tokensPerPass"] = 60;
        const auto inParts = lossesOf(planIn(parts, json));
        QCOMPARE(atOnce.size(), inParts.size());
        for (std::size_t i = 0; i < atOnce.size(); ++i)
            QVERIFY2(std::abs(atOnce[i] - inParts[i]) < 1e-4, qPrintable(QString::number(atOnce[i] - inParts[i])));
    }

    void anotherPlansStateIsRefused()
    {
        const QTemporaryDir folder;
        QVERIFY(!lossesOf(planIn(folder)).empty());
        auto other = tinyPlan();
        other["seed"] = 6;
        const auto outcome = tune(planIn(folder, other), {}, {});
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Inconsistent);
    }

    void bestWeightsAreThoseOfTheBestValidation()
    {
        const QTemporaryDir folder;
        auto json = tinyPlan(8);
        json["patience"] = 1;
        std::vector<double> aucs;
        TuningOptions options;
        options.onStep = [&aucs](const StepReport& report) {
            if (report.auc)
                aucs.push_back(*report.auc);
        };
        const auto outcome = tune(planIn(folder, json), options, {});
        QVERIFY(outcome);
        QCOMPARE(outcome->bestAuc, *std::ranges::max_element(aucs));
    }
};

QTEST_APPLESS_MAIN(TestTrainer)
#include "tst_trainer.moc"
