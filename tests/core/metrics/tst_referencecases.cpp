// SPDX-License-Identifier: GPL-3.0-or-later
// Every metric against values made by scikit-learn and RecBole (tests/data/metrics/cases.json).
#include "core/base/textfile.h"
#include "core/metrics/labelscore.h"
#include "core/metrics/metricregistry.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <map>

using namespace driftscope;
using namespace driftscope::metrics;
using nlohmann::json;

namespace {

constexpr double tolerance = 1e-9;

MetricValue valueOf(const std::string& spelling, const std::vector<ScoredQuery>& queries)
{
    const auto metric = makeMetric(spelling);
    if (!metric)
        qFatal("%s", metric.error().message.c_str());
    return (*metric)->compute(pointersTo(queries));
}

std::string difference(const json& expected, const MetricValue& value)
{
    if (expected.is_null())
        return value.value || value.undefined.empty() ? "should be undefined, with a reason" : "";
    if (!value.value)
        return "undefined: " + value.undefined;
    const double gap = std::abs(*value.value - expected.get<double>());
    return gap <= tolerance ? "" : "off by " + std::to_string(gap);
}

std::vector<ScoredQuery> labelled(const json& input)
{
    std::vector<ScoredQuery> rows;
    std::map<std::string, std::uint32_t> users;
    for (std::size_t i = 0; i < input["labels"].size(); ++i) {
        ScoredQuery row;
        row.isPointwise = true;
        row.label = input["labels"][i] == 1;
        if (input.contains("scores"))
            row.logOdds = input["scores"][i];
        else
            row.probability = input["probs"][i];
        if (input.contains("users")) {
            const auto user = static_cast<std::uint32_t>(users.size());
            row.user = users.emplace(input["users"][i].get<std::string>(), user).first->second;
        }
        rows.push_back(row);
    }
    return rows;
}

std::vector<ScoredQuery> listWithOneTrue(const json& input)
{
    ScoredQuery query;
    query.scores = input["scores"].get<std::vector<double>>();
    query.relevant = {input["true_index"].get<std::uint32_t>()};
    query.totalRelevant = 1;
    return {query};
}

std::vector<ScoredQuery> listInOrder(const json& input)
{
    ScoredQuery query;
    const json& relevance = input["relevance_in_ranked_order"];
    for (std::size_t i = 0; i < relevance.size(); ++i) {
        query.scores.push_back(-static_cast<double>(i));
        if (relevance[i] == 1)
            query.relevant.push_back(static_cast<std::uint32_t>(i));
    }
    query.totalRelevant = input["total_positives"];
    return {query};
}

std::string checkPointwise(const json& testCase)
{
    const auto rows = labelled(testCase["input"]);
    const std::string kind = testCase["kind"];
    if (kind != "grouped_auc") {
        const std::string bins = kind == "ece" ? "@" + testCase["input"]["bins"].dump() : "";
        return difference(testCase["expected"][kind], valueOf(kind + bins, rows));
    }
    const json& expected = testCase["expected"];
    const MetricValue uauc = valueOf("uauc", rows);
    if (uauc.users != expected["users_counted"] || uauc.skippedUsers != expected["users_skipped_one_class"])
        return "users counted or skipped differ";
    return difference(expected["uauc"], uauc) + difference(expected["gauc_positives_weighted"], valueOf("gauc", rows));
}

std::string checkRanking(const json& testCase)
{
    static const std::map<std::string, std::string> spellings {
        {"hit", "hr"}, {"hr", "hr"}, {"ndcg", "ndcg"}, {"mrr", "mrr"}, {"recall", "recall"}, {"precision", "precision"},
        {"map", "map"}};
    const json& input = testCase["input"];
    const auto queries = testCase["kind"] == "rank_multi" ? listInOrder(input) : listWithOneTrue(input);
    std::string problems;
    for (const auto& [cut, values] : testCase["expected"].items()) {
        for (const auto& [name, expected] : values.items()) {
            const auto known = spellings.find(name);
            if (known == spellings.end())
                continue;
            const std::string problem = difference(expected, valueOf(known->second + cut, queries));
            problems += problem.empty() ? "" : name + cut + " " + problem + "; ";
        }
    }
    return problems;
}

} // namespace

class TestReferenceCases : public QObject
{
    Q_OBJECT

private slots:
    void equalsIndependentSoftware_data()
    {
        QTest::addColumn<QString>("testCase");
        const auto text = readFile(DRIFTSCOPE_TEST_DATA "/metrics/cases.json");
        QVERIFY(text.has_value());
        const json document = json::parse(*text);
        QVERIFY(document["cases"].size() >= 41);
        for (const json& testCase : document["cases"])
            QTest::newRow(testCase["id"].get<std::string>().c_str()) << QString::fromStdString(testCase.dump());
    }

    void equalsIndependentSoftware()
    {
        QFETCH(QString, testCase);
        const json parsed = json::parse(testCase.toStdString());
        const std::string kind = parsed["kind"];
        const std::string problem = kind.starts_with("rank") ? checkRanking(parsed) : checkPointwise(parsed);
        QVERIFY2(problem.empty(), problem.c_str());
    }

    /// Means over one file of scored lists, of different lengths and with several relevant items.
    void equalsRecBoleOnAFileOfScores()
    {
        const auto text = readFile(DRIFTSCOPE_TEST_DATA "/metrics/recbole-lists.json");
        QVERIFY(text.has_value());
        const json document = json::parse(*text);
        std::vector<ScoredQuery> queries;
        for (const json& list : document["lists"]) {
            ScoredQuery query;
            query.scores = list["scores"].get<std::vector<double>>();
            query.relevant = list["relevant"].get<std::vector<std::uint32_t>>();
            query.totalRelevant = static_cast<std::uint32_t>(query.relevant.size());
            queries.push_back(std::move(query));
        }
        QCOMPARE(queries.size(), std::size_t {40});
        for (const auto& [spelling, expected] : document["expected"].items()) {
            const std::string problem = difference(expected, valueOf(spelling, queries));
            QVERIFY2(problem.empty(), (spelling + " " + problem).c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestReferenceCases)
#include "tst_referencecases.moc"
