// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/live/scenario.h"

#include <QtTest>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::live;
using namespace driftscope::test;

namespace {

constexpr std::string_view plain = R"({
    "version": 1, "id": "plain", "title": "Plain", "dataset": "d", "checkpoint": "c",
    "arm": {"name": "a", "selector": {"id": "recent", "k": 2}, "template": "items"},
    "candidates": [["i1", "i2"], {"words": "Title 4", "count": 2}],
    "steps": [
        {"title": "one", "say": "one", "do": [{"like": "i5"}, {"dislike": {"words": "Title 6"}}]},
        {"title": "two", "say": "two", "do": [{"forget": "i5"}, {"order": "reversed"}], "showsPrompt": true}
    ]
})";

std::string with(const std::string& from, const std::string& to)
{
    std::string text(plain);
    const auto at = text.find(from);
    if (at == std::string::npos)
        qFatal("%s is not in the scenario", from.c_str());
    return text.replace(at, from.size(), to);
}

data::UserHistory source()
{
    return {randomDataset(1), data::LabelRule::defaultFor(data::RatingKind::Rating)};
}

} // namespace

class TestScenario : public QObject
{
    Q_OBJECT

private slots:
    void everyStepIsAQuestion()
    {
        auto scenario = Scenario::parse(plain, "plain.json");
        QVERIFY2(scenario, scenario ? "" : scenario.error().message.c_str());
        const auto script = ScenarioScript::bind(*scenario, source());
        QVERIFY2(script, script ? "" : script.error().message.c_str());
        QCOMPARE(script->questions.size(), std::size_t {2});
        const auto& first = script->questions[0];
        QCOMPARE(first.candidates.size(), std::size_t {4});
        QCOMPARE(first.persona.said().size(), std::size_t {2});
        QVERIFY(first.persona.said()[0].isLiked && !first.persona.said()[1].isLiked);
        const auto& second = script->questions[1];
        QCOMPARE(second.persona.said().size(), std::size_t {1});
        QVERIFY(second.order == DemonstrationOrder::Reversed);
        QVERIFY(script->scenario.steps[1].showsPrompt);
    }

    void whatIsWrongIsNamedWithItsPath_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("place");
        QTest::newRow("version") << "\"version\": 1"
                                 << "\"version\": 9"
                                 << "unsupported-version"
                                 << "$.version";
        QTest::newRow("unknown field") << "\"say\": \"one\""
                                       << "\"say\": \"one\", \"sya\": 1"
                                       << "unknown-field"
                                       << "$.steps[0]";
        QTest::newRow("no title") << "\"title\": \"two\", "
                                  << ""
                                  << "missing-field"
                                  << "$.steps[1]";
        QTest::newRow("two actions") << "{\"like\": \"i5\"}"
                                     << "{\"like\": \"i5\", \"dislike\": \"i6\"}"
                                     << "bad-value"
                                     << "$.steps[0].do[0]";
        QTest::newRow("order") << "\"reversed\""
                               << "\"sideways\""
                               << "bad-value"
                               << "$.steps[1].do[1].order";
        QTest::newRow("number for items") << "{\"like\": \"i5\"}"
                                          << "{\"like\": 5}"
                                          << "wrong-type"
                                          << "$.steps[0].do[0].like";
        QTest::newRow("effect") << "\"say\": \"one\""
                                << "\"say\": \"one\", \"effects\": [{\"kind\": \"x\", \"does\": \"flies\"}]"
                                << "unknown-name"
                                << "$.steps[0].effects[0].does";
        QTest::newRow("rises from nothing") << "\"say\": \"one\""
                                            << "\"say\": \"one\", \"effects\": [{\"kind\": \"x\", \"does\": \"rises\"}]"
                                            << "bad-value"
                                            << "$.steps[0].effects[0]";
        QTest::newRow("selector") << "\"recent\""
                                  << "\"newest\""
                                  << "unknown-name"
                                  << "$.arm.selector.id";
    }

    void whatIsWrongIsNamedWithItsPath()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, code);
        QFETCH(QString, place);
        const auto refused = Scenario::parse(with(from.toStdString(), to.toStdString()), "plain.json");
        QVERIFY(!refused);
        const QString message = QString::fromStdString(refused.error().message);
        QVERIFY2(message.startsWith("plain.json: " + place), qPrintable(message));
        const auto name = errorName(refused.error().code);
        QCOMPARE(QString::fromUtf8(name.data(), qsizetype(name.size())), code);
    }

    void whatTheDatasetLacksIsNamedWithItsPath_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("place");
        QTest::newRow("item") << "\"like\": \"i5\""
                              << "\"like\": \"i999\""
                              << "plain.json: $.steps[0].do[0].like";
        QTest::newRow("candidate judged") << "\"like\": \"i5\""
                                          << "\"like\": \"i1\""
                                          << "plain.json: $.steps[0].do[0].like";
        QTest::newRow("too few words") << "\"count\": 2"
                                       << "\"count\": 99"
                                       << "plain.json: $.candidates[1]";
        QTest::newRow("user") << "\"candidates\""
                              << "\"start\": {\"user\": \"nobody\", \"events\": 3}, \"candidates\""
                              << "Scenario 'plain': $.start.user";
        QTest::newRow("kind") << "\"say\": \"one\""
                              << "\"say\": \"one\", \"effects\": [{\"kind\": \"x\", \"does\": \"leads\"}]"
                              << "Scenario 'plain', step 'one'";
    }

    void whatTheDatasetLacksIsNamedWithItsPath()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, place);
        auto scenario = Scenario::parse(with(from.toStdString(), to.toStdString()), "plain.json");
        QVERIFY2(scenario, scenario ? "" : scenario.error().message.c_str());
        const auto refused = ScenarioScript::bind(std::move(*scenario), source());
        QVERIFY(!refused);
        const QString message = QString::fromStdString(refused.error().message);
        QVERIFY2(message.startsWith(place), qPrintable(message));
    }

    void aPersonaMayBeginAsAUser()
    {
        auto scenario = Scenario::parse(
            with(
                "\"candidates\": [[\"i1\", \"i2\"], {\"words\": \"Title 4\", \"count\": 2}]",
                "\"start\": {\"user\": \"u3\", \"events\": 4}, \"candidates\": [{\"words\": \"Title\", \"count\": 4}]"),
            "plain.json");
        QVERIFY2(scenario, scenario ? "" : scenario.error().message.c_str());
        scenario->steps.resize(1);
        scenario->steps[0].actions.clear();
        const auto script = ScenarioScript::bind(std::move(*scenario), source());
        QVERIFY2(script, script ? "" : script.error().message.c_str());
        QVERIFY(script->questions[0].persona.start());
    }

    void theBundledOnesAreReadInTheOrderOfALesson()
    {
        const auto scenarios = builtInScenarios("/nowhere");
        QCOMPARE(scenarios.size(), std::size_t {4});
        QCOMPARE(scenarios[0].id, std::string("interest-switch"));
        for (const auto& scenario : scenarios) {
            QVERIFY(scenario.steps.size() >= 3);
            QCOMPARE(scenario.baseFolder, std::filesystem::path("/nowhere"));
        }
    }
};

QTEST_APPLESS_MAIN(TestScenario)
#include "tst_scenario.moc"
