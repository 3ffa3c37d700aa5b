// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/contenthash.h"
#include "core/base/textfile.h"
#include "core/checkpoint/checkpoint.h"
#include "core/inference/llmscorer.h"
#include "core/tokenizer/tokenizerloader.h"
#include "core/tuning/samplebuilder.h"
#include "core/tuning/trainer.h"

#include <QProcess>
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

std::vector<StepReport> reportsOf(const TuningPlan& plan)
{
    std::vector<StepReport> reports;
    TuningOptions options;
    options.onStep = [&reports](const StepReport& report) { reports.push_back(report); };
    const auto outcome = tune(plan, options, {});
    if (!outcome)
        qWarning("%s", outcome.error().message.c_str());
    return reports;
}

const std::string startingPoint = std::string(DRIFTSCOPE_TEST_DATA) + "/checkpoints/smollm2-like";

/// Eight steps from a checkpoint: all weights, or LoRA on four kinds of matrices.
nlohmann::json planFromCheckpoint(bool isLora)
{
    nlohmann::json plan = tinyPlan(8);
    plan.erase("scratch");
    plan["checkpoint"] = startingPoint;
    plan["method"] = {{"kind", isLora ? "lora" : "full"}, {"trainsEmbedding", !isLora}};
    if (isLora)
        plan["method"].update({{"rank", 4}, {"alpha", 8}, {"targets", {"q_proj", "v_proj", "o_proj", "down_proj"}}});
    plan["optimization"] = {{"learningRate", 0.005}, {"finalLearningRate", 0.001},
                            {"warmupSteps", 2},      {"weightDecay", 0.05},
                            {"beta1", 0.9},          {"beta2", 0.99},
                            {"clipNorm", 0.8},       {"promptsPerStep", 6},
                            {"tokensPerPass", 400}};
    return plan;
}

/// What the steps of the plan are trained on, as JSON.
nlohmann::json samplesOf(const TuningPlan& plan)
{
    const auto builder = SampleBuilder::open(plan, *tokenizer::loadTokenizer(startingPoint), 512, {});
    nlohmann::json steps = nlohmann::json::array();
    for (std::int64_t step = 0; step < plan.totalSteps(); ++step) {
        nlohmann::json samples = nlohmann::json::array();
        for (std::int64_t i = 0; i < plan.optimization.promptsPerStep; ++i) {
            const auto sample = builder->training(step, i);
            nlohmann::json terms = nlohmann::json::array();
            for (const LossTerm& term : sample->terms)
                terms.push_back({term.position, term.target, term.isAnswer});
            samples.push_back({{"tokens", sample->tokens}, {"terms", terms}});
        }
        steps.push_back(samples);
    }
    return steps;
}

/// Logits after the last of some tokens, as the program computes them.
std::vector<float> logitsOf(const std::string& checkpoint, const std::string& adapter,
                            const std::vector<inference::TokenId>& tokens)
{
    auto model = inference::LoadedModel::load(*checkpoint::Checkpoint::open(checkpoint),
                                              {.device = inference::DeviceChoice::Cpu}, {});
    if (model && !adapter.empty())
        model = (*model)->withAdapters({{adapter}}, {});
    if (!model)
        qFatal("%s", model.error().message.c_str());
    const auto answers =
        std::make_shared<inference::AnswerTokens>(inference::AnswerTokens {{{tokens[0]}, {tokens[1]}}});
    const inference::TokenizedPrompt prompt {tokens, answers};
    const auto scorer = inference::makeScorer(*model);
    return scorer->score({&prompt, 1}, {.fullLogits = true}, {})->front().logits;
}

/// The same by transformers and peft; empty where they are missing.
std::vector<float> logitsInPython(const std::string& checkpoint, const std::string& adapter,
                                  const std::vector<inference::TokenId>& tokens)
{
    QStringList ids;
    for (const auto token : tokens)
        ids << QString::number(token);
    QStringList arguments {QStringLiteral(DRIFTSCOPE_TEST_DATA "/tuning/logits.py"), QString::fromStdString(checkpoint),
                           ids.join(',')};
    if (!adapter.empty())
        arguments << QString::fromStdString(adapter);
    QProcess python;
    python.start(qEnvironmentVariable("DRIFTSCOPE_PYTHON", "python3"), arguments);
    if (!python.waitForFinished(150'000) || python.exitCode() == 77)
        return {};
    const auto all = nlohmann::json::parse(python.readAllStandardOutput().toStdString(), nullptr, false);
    if (python.exitCode() != 0 || !all.is_array())
        qFatal("%s", python.readAllStandardError().constData());
    return all.back().get<std::vector<float>>();
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
        QVERIFY2(losses.back() < losses.front() / 2, QByteArray::number(losses.back()));
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

    void lossesAreThoseOfPyTorch_data()
    {
        QTest::addColumn<QString>("method");
        QTest::newRow("all weights") << "full";
        QTest::newRow("LoRA") << "lora";
    }

    /// tests/data/tuning/make_reference.py trains the same in PyTorch; its head says how to run it again.
    void lossesAreThoseOfPyTorch()
    {
        QFETCH(QString, method);
        const QTemporaryDir folder;
        const auto json = planFromCheckpoint(method == "lora");
        const auto plan = planIn(folder, json);
        const auto steps = samplesOf(plan);
        const std::string hash = contentHash(steps.dump());
        if (qEnvironmentVariableIsSet("DRIFTSCOPE_WRITE_SAMPLES")) {
            const nlohmann::json all {{"hash", hash},
                                      {"seed", json["seed"]},
                                      {"textLoss", json["stages"][0]["textLoss"]},
                                      {"optimization", json["optimization"]},
                                      {"method", planFromCheckpoint(true)["method"]},
                                      {"steps", steps}};
            QVERIFY(writeFile(qEnvironmentVariable("DRIFTSCOPE_WRITE_SAMPLES").toStdString(), all.dump() + "\n"));
            QSKIP("Only the samples were written.");
        }
        const auto text = readFile(std::string(DRIFTSCOPE_TEST_DATA) + "/tuning/losses.json");
        QVERIFY(text);
        const auto reference = nlohmann::json::parse(*text);
        QVERIFY2(reference["samples"] == hash, "The plan draws other samples now: make the reference again.");
        const auto& expected = reference[method.toStdString()];
        const auto reports = reportsOf(plan);
        QCOMPARE(reports.size(), expected.size());
        for (std::size_t i = 0; i < reports.size(); ++i) {
            const auto near = [&](double value, const char* name, double tolerance) {
                return std::abs(value - expected[i][name].get<double>()) < tolerance;
            };
            QVERIFY2(near(reports[i].answerLoss, "answerLoss", 1e-4), qPrintable(QString::number(i)));
            QVERIFY2(near(*reports[i].textLoss, "textLoss", 1e-4), qPrintable(QString::number(i)));
            QVERIFY2(near(reports[i].gradientNorm, "gradientNorm", 1e-3), qPrintable(QString::number(i)));
        }
        QVERIFY(reports.back().answerLoss < reports.front().answerLoss - 0.5);
    }

    void outputGivesTheSameLogitsInTransformersAndPeft_data()
    {
        QTest::addColumn<bool>("isLora");
        QTest::addColumn<QString>("type");
        QTest::newRow("folder, fp32") << false << "fp32";
        QTest::newRow("folder, bf16") << false << "bf16";
        QTest::newRow("adapter") << true << "fp32";
    }

    /// With transformers and peft in the Python that DRIFTSCOPE_PYTHON names (python3 if unset).
    void outputGivesTheSameLogitsInTransformersAndPeft()
    {
        QFETCH(bool, isLora);
        QFETCH(QString, type);
        const QTemporaryDir folder;
        auto json = planFromCheckpoint(isLora);
        json["outputType"] = type.toStdString();
        const auto plan = planIn(folder, json);
        QCOMPARE(reportsOf(plan).size(), std::size_t {8});
        const std::string output = plan.outputFolder().string();
        const std::string base = isLora ? startingPoint : output;
        const std::vector<inference::TokenId> tokens {17, 305, 42, 511, 8, 8, 99};
        const auto ours = logitsOf(base, isLora ? output : "", tokens);
        const auto untuned = logitsOf(startingPoint, "", tokens);
        QCOMPARE(ours.size(), untuned.size());
        QVERIFY(ours != untuned);
        const auto theirs = logitsInPython(base, isLora ? output : "", tokens);
        if (theirs.empty())
            QSKIP("There is no Python with transformers and peft; name one in DRIFTSCOPE_PYTHON.");
        QCOMPARE(theirs.size(), ours.size());
        for (std::size_t i = 0; i < ours.size(); ++i)
            QVERIFY2(std::abs(ours[i] - theirs[i]) < 1e-3F, qPrintable(QString::number(ours[i] - theirs[i])));
    }

    /// Neither the number of passes nor what is kept of them changes a loss.
    void recomputedActivationsChangeNothing()
    {
        const QTemporaryDir kept;
        auto json = planFromCheckpoint(true);
        json["method"]["dropout"] = 0.2;
        const auto expected = lossesOf(planIn(kept, json));
        const QTemporaryDir recomputed;
        json["optimization"]["recomputesActivations"] = true;
        QCOMPARE(expected.size(), std::size_t {8});
        QCOMPARE(lossesOf(planIn(recomputed, json)), expected);
    }

    void halfPrecisionTrainsAlike()
    {
        const QTemporaryDir exact;
        auto json = planFromCheckpoint(false);
        const auto expected = lossesOf(planIn(exact, json));
        const QTemporaryDir half;
        json["precision"] = "bf16";
        const auto rounded = lossesOf(planIn(half, json));
        QCOMPARE(rounded.size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            QVERIFY2(std::abs(rounded[i] - expected[i]) < 0.05, qPrintable(QString::number(rounded[i] - expected[i])));
        QVERIFY(rounded != expected);
    }

    /// Stop leaves what was best so far, ready to be used.
    void stopKeepsTheBest()
    {
        const QTemporaryDir folder;
        const auto plan = planIn(folder, tinyPlan(50));
        std::stop_source stop;
        JobContext context;
        context.stop = stop.get_token();
        context.report = [&stop](const Progress& progress) {
            if (progress.stage == "tune" && progress.done == 5)
                stop.request_stop();
        };
        const auto outcome = tune(plan, {}, context);
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Cancelled);
        const auto checkpoint = checkpoint::Checkpoint::open(plan.outputFolder());
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().message.c_str());
        QVERIFY(inference::LoadedModel::load(*checkpoint, {.device = inference::DeviceChoice::Cpu}, {}));
    }
};

QTEST_APPLESS_MAIN(TestTrainer)
#include "tst_trainer.moc"
