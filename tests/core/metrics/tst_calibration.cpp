// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/auc.h"
#include "core/metrics/calibration.h"
#include "core/metrics/labelscore.h"

#include <QtTest>

#include <cmath>

using namespace driftscope;
using namespace driftscope::metrics;

namespace {

ScoredQuery row(bool label, double probability)
{
    ScoredQuery query;
    query.isPointwise = true;
    query.label = label;
    query.probability = probability;
    return query;
}

ScoredQuery scored(bool label, double logOdds)
{
    ScoredQuery query;
    query.isPointwise = true;
    query.label = label;
    query.logOdds = logOdds;
    return query;
}

} // namespace

class TestCalibration : public QObject
{
    Q_OBJECT

private slots:
    void sigmoidIsStable()
    {
        QCOMPARE(sigmoid(0), 0.5);
        QCOMPARE(sigmoid(1e300), 1.0);
        QCOMPARE(sigmoid(-1e300), 0.0);
        QVERIFY(sigmoid(-700) > 0);
        QVERIFY(std::abs(sigmoid(2) + sigmoid(-2) - 1) < 1e-15);
        QVERIFY(std::isnan(sigmoid(std::numeric_limits<double>::quiet_NaN())));
    }

    void logOddsBecomeProbabilities()
    {
        const std::vector<ScoredQuery> byOdds {scored(true, std::log(3.0)), scored(false, std::log(3.0))};
        const std::vector<ScoredQuery> byProbability {row(true, 0.75), row(false, 0.75)};
        const LogLossMetric metric;
        QVERIFY(std::abs(*metric.compute(pointersTo(byOdds)).value + (std::log(0.75) + std::log(0.25)) / 2) < 1e-12);
        QVERIFY(std::abs(*metric.compute(pointersTo(byOdds)).value - *metric.compute(pointersTo(byProbability)).value)
                < 1e-12);
    }

    void certainAndWrongIsClipped()
    {
        const std::vector<ScoredQuery> rows {row(true, 0)};
        QVERIFY(std::abs(*LogLossMetric().compute(pointersTo(rows)).value + std::log(1e-15)) < 1e-9);
    }

    void edgesBelongToTheBinBelow()
    {
        const std::vector<ScoredQuery> rows {row(false, 0.0), row(false, 0.5), row(true, 0.51), row(true, 1.0)};
        const auto bins = calibrationBins(pointersTo(rows), 2);
        QCOMPARE(bins.size(), std::size_t {2});
        QCOMPARE(bins[0].n, std::size_t {2});
        QCOMPARE(bins[1].n, std::size_t {2});
        QCOMPARE(bins[1].meanLabel, 1.0);
        QVERIFY(std::abs(bins[1].meanProbability - 0.755) < 1e-12);
    }

    void handWorkedError()
    {
        // Bin (0, .5]: mean p .25, mean label .5; bin (.5, 1]: mean p .8, mean label 1. (2/3) .25 + (1/3) .2
        const std::vector<ScoredQuery> rows {row(false, 0.1), row(true, 0.4), row(true, 0.8)};
        const double expected = 2.0 / 3 * 0.25 + 1.0 / 3 * 0.2;
        QVERIFY(std::abs(*CalibrationErrorMetric(2).compute(pointersTo(rows)).value - expected) < 1e-12);
    }

    void tiedScoresCountHalf()
    {
        QCOMPARE(*auc({{1, true}, {1, false}}), 0.5);
        QCOMPARE(*auc({{1, true}, {1, false}, {0, false}}), 0.75);
    }

    void probabilitiesAreComparedAsTheyAre()
    {
        // Neighbours in floating point whose log-odds would round to the same number.
        const double p = 0.5;
        const std::vector<ScoredQuery> rows {row(true, std::nextafter(p, 1.0)), row(false, p)};
        QCOMPARE(*AucMetric().compute(pointersTo(rows)).value, 1.0);
    }

    void probabilitiesAndLogOddsMayBeMixed()
    {
        const std::vector<ScoredQuery> rows {row(true, 0.9), scored(false, 1.0), row(true, 0.6)};
        QCOMPARE(*AucMetric().compute(pointersTo(rows)).value, 0.5);
    }
};

QTEST_APPLESS_MAIN(TestCalibration)
#include "tst_calibration.moc"
