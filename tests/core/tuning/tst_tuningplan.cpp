// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/tuningplan.h"

#include <QtTest>

#include "tinyplan.h"

using namespace driftscope;
using namespace driftscope::tuning;
using nlohmann::json;

namespace {

Result<TuningPlan> parsed(const json& plan)
{
    return TuningPlan::parse(plan.dump(), "/folder/plan.json");
}

} // namespace

class TestTuningPlan : public QObject
{
    Q_OBJECT

private slots:
    void planIsReadWithItsDefaults()
    {
        const auto plan = parsed(tinyPlan());
        QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
        QVERIFY(!plan->method.isLora); // a new model trains all its weights
        QVERIFY(plan->method.trainsEmbedding);
        QCOMPARE(plan->optimization.beta2, 0.999);
        QCOMPARE(plan->stages.front().recipes.front().arm.selector, std::string("recent"));
        QCOMPARE(plan->outputFolder(), std::filesystem::path("/folder/out"));
    }

    void stepsBelongToTheirStages()
    {
        json plan = tinyPlan(4);
        plan["stages"].push_back(plan["stages"][0]);
        plan["stages"][1]["steps"] = 3;
        plan["stages"][1]["textLoss"] = 0;
        const auto read = parsed(plan);
        QVERIFY(read);
        QCOMPARE(read->totalSteps(), std::int64_t(7));
        QCOMPARE(read->stageOf(3).textLoss, 0.5);
        QCOMPARE(read->stageOf(4).textLoss, 0.0);
    }

    void flawsAreNamedWithTheirPlace_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("place");
        const auto row = [](const char* pointer, const char* value, const char* kind, const char* place) {
            QTest::addRow("%s = %s", pointer, value) << pointer << value << kind << place;
        };
        row("/version", "2", "unsupported-version", "version 2");
        row("/extra", "1", "unknown-field", "extra");
        row("/stages", "[]", "bad-value", "stage");
        row("/stages/0/steps", "0", "bad-value", "$.stages[0].steps");
        row("/stages/0/answerLoss", "\"some\"", "bad-value", "$.stages[0].answerLoss");
        row("/stages/0/data/0/path", "\"x\"", "bad-value", "$.stages[0].data[0]");
        row("/stages/0/recipes/0/arm/selector/id", "\"nearest\"", "unknown-name", "nearest");
        row("/stages/0/recipes/0/weight", "0", "bad-value", "$.stages[0]");
        row("/split/testUsers", "0.9", "bad-value", "$.split");
        row("/scratch/heads", "3", "bad-value", "$.scratch");
        row("/method", R"({"kind":"lora"})", "bad-value", "LoRA");
        row("/checkpoint", "\"models/x\"", "bad-value", "scratch");
        row("/precision", "\"fp8\"", "bad-value", "$.precision");
    }

    void flawsAreNamedWithTheirPlace()
    {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        QFETCH(QString, kind);
        QFETCH(QString, place);
        json plan = tinyPlan();
        plan[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
        const auto read = parsed(plan);
        QVERIFY(!read);
        QCOMPARE(QString::fromUtf8(errorName(read.error().code).data()), kind);
        QVERIFY2(QString::fromStdString(read.error().message).contains(place), read.error().message.c_str());
    }
};

QTEST_APPLESS_MAIN(TestTuningPlan)
#include "tst_tuningplan.moc"
