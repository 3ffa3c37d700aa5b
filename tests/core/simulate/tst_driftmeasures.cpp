// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/driftmeasures.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

#include "tests/core/simulate/plantedrun.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;

namespace {

DriftMeasures measured(const PlantedRun& run, DriftQuestion question = {})
{
    auto measures = driftMeasures(run.experiment, run.records, run.shifts, std::move(question));
    if (!measures)
        qFatal("%s", measures.error().message.c_str());
    return std::move(*measures);
}

std::size_t linesOf(const std::string& text)
{
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

} // namespace

class TestDriftMeasures : public QObject
{
    Q_OBJECT

private slots:
    void theStaleOracleLosesWhatTheOracleKeeps()
    {
        const auto measures = measured(plantedRun(), {.kind = Experiment::ShiftFilter::Abrupt, .reference = "oracle"});
        QCOMPARE(measures.metric, std::string("ndcg@10"));
        const auto& arms = measures.recovery.arms;
        QVERIFY(std::abs(*arms[0].area.value) < 1.0); // of itself, but for windows of unequal number
        QCOMPARE(*arms[0].events.value, 0.0);
        QVERIFY(arms[1].area.interval->low > 3);
        QVERIFY(std::isinf(*arms[1].events.value));
        QVERIFY(measures.recovery.differences[0].area.interval->low > 0); // stale less oracle
        const auto curves = alignedCurves(measures);
        QCOMPARE(curves.size(), std::size_t {3});
        QCOMPARE(curves[1].points.front().at, -8.0); // the middle of -10 to -6
        QVERIFY(alignedRandom(measures).at("ndcg@10") > 0.1);
    }

    void armsAndMetricCanBeChosen()
    {
        const auto run = plantedRun();
        const auto measures =
            measured(run, {.metric = "hr@1", .reference = "oracle", .arms = {"random", "stale-oracle"}});
        QVERIFY(measures.arms == (std::vector<std::string> {"oracle", "stale-oracle", "random"})); // the reference too
        QCOMPARE(measures.metric, std::string("hr@1"));
        QVERIFY(measures.question.kind == Experiment::ShiftFilter::Any);
        auto inWindow = run;
        inWindow.experiment.metrics.aroundShift.kind = Experiment::ShiftFilter::Swap;
        QVERIFY(measured(inWindow).question.kind == Experiment::ShiftFilter::Swap);
    }

    void jsonTextAndTablesSayTheSame()
    {
        const auto measures = measured(plantedRun());
        const auto json = toJson(measures);
        QCOMPARE(json["arms"].size(), std::size_t {3});
        QCOMPARE(json["paired"].size(), std::size_t {3});
        QCOMPARE(json["arms"][0]["areaLost"]["value"].get<double>(), *measures.recovery.arms[0].area.value);
        QVERIFY(json["arms"][2]["eventsToRecover"]["value"].is_null()); // random has nothing to recover
        QVERIFY(json["arms"][2].contains("undefined"));
        QCOMPARE(json["arms"][0]["curve"].size(), measures.recovery.arms[0].curve.size());
        const std::string text = toText(measures);
        for (const char* word : {"stale-oracle", "events to recover", "area lost", "90 %", "Kaplan-Meier"})
            QVERIFY2(text.find(word) != std::string::npos, word);
        QCOMPARE(linesOf(curveCsv(measures)), 1 + 3 * measures.recovery.arms[0].curve.size());
        QVERIFY(curveCsv(measures).starts_with("arm,metric,from,to,value,low,high,n\noracle,ndcg@10,-10,-6,"));
        QCOMPARE(linesOf(shiftCsv(measures)), 1 + 3 * measures.recovery.arms[0].shifts.size());
    }

    void saysWhatCannotBeMeasured()
    {
        const auto run = plantedRun();
        const auto codeOf = [&run](const DriftQuestion& question, const ShiftTable& shifts) {
            const auto measures = driftMeasures(run.experiment, run.records, shifts, question);
            return measures ? ErrorCode::Internal : measures.error().code;
        };
        QCOMPARE(codeOf({}, {}), ErrorCode::NoEligibleQuery);
        QCOMPARE(codeOf({.metric = "ndgc"}, run.shifts), ErrorCode::UnknownName);
        QCOMPARE(codeOf({.arms = {"fresh"}}, run.shifts), ErrorCode::UnknownName);
        QCOMPARE(codeOf({.reference = "fresh"}, run.shifts), ErrorCode::UnknownName);
        QCOMPARE(codeOf({.metric = "logloss"}, run.shifts), ErrorCode::BadArgument);
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = driftMeasures(run.experiment, run.records, run.shifts, {}, {.stop = stop.get_token()});
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestDriftMeasures)
#include "tst_driftmeasures.moc"
