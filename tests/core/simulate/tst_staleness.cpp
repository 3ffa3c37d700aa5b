// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/staleness.h"

#include <QtTest>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;
using Unit = data::Lag::Unit;

namespace {

Arm lagged(const std::string& name, Unit unit, std::int64_t amount, const std::string& selector = "recent")
{
    Arm arm = randomArm(name, selector, selector == "recent" ? 3 : 0);
    arm.history.lag = {unit, amount};
    return arm;
}

Arm baseline(const std::string& id)
{
    Arm arm;
    arm.name = id;
    arm.scorer = id;
    arm.selector = "none";
    return arm;
}

Experiment lags()
{
    auto experiment = smallExperiment();
    experiment.arms = {lagged("stale by 8", Unit::Events, 8), lagged("stale by 0", Unit::Events, 0),
                       lagged("stale by 2", Unit::Events, 2), lagged("other", Unit::Events, 2, "none"),
                       baseline("random")};
    return experiment;
}

RunSummary valuesOf(const Experiment& experiment)
{
    RunSummary summary;
    double value = 0.1;
    for (const auto& arm : experiment.arms) {
        summary.arms.push_back({.name = arm.name, .metrics = {}, .cost = {}});
        summary.arms.back().metrics["mrr"] = {.value = value,
                                              .hasInterval = true,
                                              .low = value - 0.05,
                                              .high = value + 0.05,
                                              .n = 7,
                                              .users = 3,
                                              .undefined = {}};
        value += 0.1;
    }
    return summary;
}

} // namespace

class TestStaleness : public QObject
{
    Q_OBJECT

private slots:
    void armsThatDifferByLagAloneMakeACurve()
    {
        const auto groups = lagGroups(lags());
        QCOMPARE(groups.size(), std::size_t {1});
        QCOMPARE(groups[0].name, std::string("stale by"));
        QVERIFY(groups[0].arms == (std::vector<std::pair<std::int64_t, std::uint32_t>> {{0, 1}, {2, 2}, {8, 0}}));
        QCOMPARE(lagUnitName(groups[0].unit), std::string("events"));
    }

    void twoLagsAreADifferenceNotACurve()
    {
        auto experiment = lags();
        experiment.arms.erase(experiment.arms.begin());
        QVERIFY(lagGroups(experiment).empty());
        const std::vector<std::string> ids {"mrr"};
        QVERIFY(stalenessCurves(experiment, valuesOf(experiment), ids).empty());
    }

    void noLagBelongsToEveryUnit()
    {
        auto experiment = smallExperiment();
        experiment.arms = {lagged("a", Unit::Events, 0), lagged("b", Unit::Days, 7), lagged("c", Unit::Days, 30)};
        const auto groups = lagGroups(experiment);
        QCOMPARE(groups.size(), std::size_t {1});
        QVERIFY(groups[0].unit == Unit::Days);
        QCOMPARE(groups[0].name, std::string("lagged context")); // their names have nothing in common
    }

    void curvesHoldTheTablesValuesAndBaselinesAreFlat()
    {
        const auto experiment = lags();
        const std::vector<std::string> ids {"mrr"};
        const auto curves = stalenessCurves(experiment, valuesOf(experiment), ids);
        QCOMPARE(curves.size(), std::size_t {2});
        QCOMPARE(curves[0].points[0].at, 0.0);
        QCOMPARE(*curves[0].points[0].value, 0.2);
        QCOMPARE(*curves[0].points[2].value, 0.1);
        QVERIFY(curves[0].points[2].hasBand && curves[0].points[2].n == 7);
        QCOMPARE(curves[1].arm, std::string("random"));
        QCOMPARE(curves[1].points.size(), std::size_t {3});
        QCOMPARE(*curves[1].points[2].value, 0.5);
    }
};

QTEST_APPLESS_MAIN(TestStaleness)
#include "tst_staleness.moc"
