// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/metricregistry.h"

#include <QtTest>

using namespace driftscope;
using namespace driftscope::metrics;

class TestMetricRegistry : public QObject
{
    Q_OBJECT

private slots:
    void hasAllMetrics()
    {
        QCOMPARE(listIds(metrics::metrics()),
                 std::string("hr, recall, precision, ndcg, map, mrr, auc, uauc, gauc, logloss, ece"));
        for (const auto& entry : metrics::metrics()) {
            QVERIFY(!entry.title.empty());
            QVERIFY(entry.help.ends_with('.'));
        }
    }

    void everyEntryCanBeMade()
    {
        for (const auto& entry : metrics::metrics()) {
            ParameterValues values;
            for (const Parameter& parameter : entry.parameters)
                values[parameter.id] = parameter.fallback;
            QVERIFY(entry.make(values) != nullptr);
        }
    }

    void readsSpellings_data()
    {
        QTest::addColumn<QString>("spelling");
        for (const char* spelling : {"hr@1", "ndcg@10", "map@1000000", "mrr", "mrr@5", "auc", "uauc", "ece", "ece@15"})
            QTest::newRow(spelling) << spelling;
    }

    void readsSpellings()
    {
        QFETCH(QString, spelling);
        const auto metric = makeMetric(spelling.toStdString());
        QVERIFY2(metric.has_value(), metric ? "" : metric.error().message.c_str());
    }

    void refusesBadNumbers_data()
    {
        QTest::addColumn<QString>("spelling");
        for (const char* spelling : {"hr", "hr@", "hr@0", "hr@-1", "hr@x", "hr@1.5", "hr@5@5", "hr@ 5", "mrr@0",
                                     "auc@10", "ece@0", "hr@99999999999999999999", "hr@1000001"})
            QTest::newRow(spelling) << spelling;
    }

    void refusesBadNumbers()
    {
        QFETCH(QString, spelling);
        const auto metric = makeMetric(spelling.toStdString());
        QVERIFY(!metric.has_value());
        QCOMPARE(metric.error().code, ErrorCode::BadValue);
    }

    void unknownNamesListTheKnownOnes()
    {
        for (const char* spelling : {"ndgc@10", "", "AUC", "@5"}) {
            const auto metric = makeMetric(spelling);
            QVERIFY(!metric.has_value());
            QCOMPARE(metric.error().code, ErrorCode::UnknownName);
            QVERIFY(metric.error().message.find("ndcg") != std::string::npos);
        }
    }

    void titlesAreForPeople()
    {
        QCOMPARE(metricTitle("ndcg@10"), std::string("NDCG@10"));
        QCOMPARE(metricTitle("uauc"), std::string("UAUC"));
        QCOMPARE(metricTitle("other@3"), std::string("other@3"));
    }

    void rankingMetricsKnowTheRandomRanker()
    {
        ScoredQuery query;
        query.scores.assign(20, 0.0);
        query.scores[3] = 5;
        query.relevant = {3};
        query.totalRelevant = 1;
        const ScoredQuery* const queries[] = {&query};
        const auto baseline = [&](const char* spelling) { return (*makeMetric(spelling))->randomBaseline(queries); };
        QVERIFY(std::abs(*baseline("hr@5") - 0.25) < 1e-12);
        QVERIFY(std::abs(*baseline("ndcg@10") - 0.2272) < 5e-5);
        QVERIFY(!baseline("auc"));
        QVERIFY(!baseline("logloss"));
    }

    void missingPartsAreUndefinedWithAReason()
    {
        ScoredQuery labelled;
        labelled.isPointwise = true;
        const ScoredQuery* const queries[] = {&labelled};
        QCOMPARE((*makeMetric("hr@5"))->compute(queries).undefined, std::string("no list with a relevant item"));
        QCOMPARE((*makeMetric("auc"))->compute(queries).undefined, std::string("only one class"));
        QCOMPARE((*makeMetric("uauc"))->compute(queries).undefined, std::string("no user has both classes"));
        QCOMPARE((*makeMetric("auc"))->compute({}).undefined, std::string("no labelled rows"));
        QCOMPARE((*makeMetric("ece"))->compute({}).undefined, std::string("no labelled rows"));
    }

    void notANumberMakesEveryMetricUndefined()
    {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        std::vector<ScoredQuery> queries(4);
        for (std::size_t i = 0; i < queries.size(); ++i) {
            queries[i].isPointwise = true;
            queries[i].label = i % 2 == 0;
            queries[i].logOdds = i == 1 ? nan : 1;
            queries[i].scores = {1, i == 2 ? nan : 2};
            queries[i].relevant = {0};
        }
        for (const char* spelling :
             {"hr@1", "recall@1", "precision@1", "ndcg@1", "map@1", "mrr", "auc", "uauc", "gauc", "logloss", "ece"}) {
            const MetricValue value = (*makeMetric(spelling))->compute(pointersTo(queries));
            QVERIFY2(!value.value, spelling);
            QCOMPARE(value.undefined, std::string("a score is not a number"));
        }
    }

    void lowerIsBetterForLosses()
    {
        QVERIFY((*makeMetric("auc"))->isHigherBetter());
        QVERIFY(!(*makeMetric("logloss"))->isHigherBetter());
        QVERIFY(!(*makeMetric("ece"))->isHigherBetter());
    }
};

QTEST_APPLESS_MAIN(TestMetricRegistry)
#include "tst_metricregistry.moc"
