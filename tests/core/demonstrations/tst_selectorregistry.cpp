// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/selectorregistry.h"

#include <QTest>

#include <cmath>
#include <map>

#include "tests/core/demonstrations/handmadedata.h"

using namespace driftscope;
using namespace driftscope::demonstrations;
using namespace driftscope::handmade;

namespace {

/// ann's life of annAndBob(), with titles; bob agrees with her about b and e, and met p and then x.
std::shared_ptr<const data::Dataset> withTitles()
{
    return makeDataset({{"ann", "a", 5, 1 * day},
                        {"bob", "b", 1, 1 * day},
                        {"ann", "b", 2, 2 * day},
                        {"ann", "c", 4, 3 * day},
                        {"ann", "d", 1, 4 * day},
                        {"ann", "e", 5, 5 * day},
                        {"bob", "e", 4, 5 * day},
                        {"bob", "p", 5, 6 * day},
                        {"bob", "x", 5, 7 * day},
                        {"ann", "x", 5, 10 * day}},
                       {{"a", "Alpha", ""},
                        {"b", "River", ""},
                        {"c", "Gamma", ""},
                        {"d", "Blue Moon Moon", ""},
                        {"e", "Epsilon", ""},
                        {"p", "Blue", ""},
                        {"x", "River Moon", ""}});
}

/// Directions in a plane, in degrees; their mean is nothing. a is most like x, then c.
std::shared_ptr<const ItemVectors> directions(const data::Dataset& dataset)
{
    const std::map<std::string, double> degrees {{"x", 0},   {"a", 10},  {"c", 20}, {"e", 30},
                                                 {"b", 120}, {"d", 200}, {"p", 300}};
    constexpr double pi = 3.14159265358979323846;
    std::vector<std::vector<float>> vectors(2 * dataset.itemCount());
    for (const auto& [id, angle] : degrees) {
        const auto item = *dataset.catalog().find(id);
        const double x = std::cos(angle * pi / 180);
        const double y = std::sin(angle * pi / 180);
        vectors[item] = {static_cast<float>(x), static_cast<float>(y)};
        // its opposite, at a number that no item has, so that the mean is nothing
        vectors[item + dataset.itemCount()] = {static_cast<float>(-x), static_cast<float>(-y)};
    }
    return std::make_shared<const ItemVectors>(vectors);
}

} // namespace

class SelectorRegistryTest : public QObject
{
    Q_OBJECT

private slots:
    void listsAllSelectors()
    {
        QCOMPARE(listIds(demonstrationSelectors()),
                 std::string("none, recent, random, manual, label-balanced, bm25, semantic, diverse, proximal-chain, "
                             "global-stratified, similar-user"));
    }

    void everySelectorIsDescribed()
    {
        for (const auto& entry : demonstrationSelectors()) {
            QVERIFY(!entry.title.empty() && entry.help.ends_with('.'));
            for (const auto& parameter : entry.parameters)
                QVERIFY(!parameter.title.empty() && parameter.help.ends_with('.'));
        }
    }

    void parametersReachTheSelector_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("items");
        QTest::newRow("none") << "none"
                              << "{}"
                              << "";
        QTest::newRow("recent, default") << "recent"
                                         << "{}"
                                         << "b c d e";
        QTest::newRow("recent 2") << "recent"
                                  << R"({"k": 2})"
                                  << "d e";
        QTest::newRow("recent liked") << "recent"
                                      << R"({"k": 2, "labels": "liked"})"
                                      << "c e";
        QTest::newRow("recent disliked") << "recent"
                                         << R"({"k": 1, "labels": "disliked"})"
                                         << "d";
        QTest::newRow("recent in blocks") << "recent"
                                          << R"({"k": 4, "trimBlock": 3})"
                                          << "d e";
        QTest::newRow("random, all") << "random"
                                     << R"({"k": 5})"
                                     << "a b c d e";
        // ann: a liked, b not, c liked, d not, e liked; asked about x, which shares a word with b and one with d
        const auto row = [](const char* name, const char* id, const char* json, const char* items) {
            QTest::newRow(name) << id << json << items;
        };
        row("balanced", "label-balanced", R"({"k": 2})", "d e");
        row("balanced, the newest label has one more", "label-balanced", R"({"k": 3})", "c d e");
        row("balanced, filled up", "label-balanced", R"({"k": 5})", "a b c d e");
        row("bm25", "bm25", R"({"k": 2})", "b d");
        row("bm25, most similar last", "bm25", R"({"k": 3, "order": "similarity"})", "e d b");
        row("semantic", "semantic", R"({"k": 2})", "a c");
        row("semantic, most similar last", "semantic", R"({"k": 2, "order": "similarity"})", "c a");
        row("diverse, relevance alone", "diverse", R"({"k": 2, "relevance": 1, "similarity": "model"})", "a c");
        // the newest one first, then what is least like it: e and c point the same way, d the other
        row("mmr, unlikeness alone", "diverse", R"({"k": 2, "relevance": 0, "similarity": "model"})", "d e");
        row("dpp, volume alone", "diverse", R"({"k": 2, "relevance": 0, "similarity": "model", "method": "dpp"})",
            "b e");
        row("chain", "proximal-chain", R"({"k": 2, "contrasts": false})", "c e");
        row("chain with contrasts", "proximal-chain", R"({"k": 3})", "c d e");
        row("stratified, all", "global-stratified", R"({"k": 5})", "a b c d e");
        row("similar user", "similar-user", R"({"k": 2})", "e p");
        QTest::newRow("manual") << "manual"
                                << R"({"items": "c, a"})"
                                << "c a";
    }

    void parametersReachTheSelector()
    {
        QFETCH(QString, id);
        QFETCH(QString, json);
        QFETCH(QString, items);
        const auto* entry = findEntry(demonstrationSelectors(), id.toStdString());
        QVERIFY(entry);
        const auto document = *parseJson(json.toStdString(), "test");
        JsonField fields(document, "test");
        const auto values = readParameters(entry->parameters, fields);
        QVERIFY(fields.status());

        const auto history = makeHistory(withTitles());
        const auto moment = history.momentOf(interactionOf(history.dataset(), "ann", "x"));
        const auto target = history.dataset().item(*moment.interaction);
        SelectionSources sources;
        sources.make({.titles = true, .vectors = true, .audience = true}, history.dataset());
        sources.vectors = directions(history.dataset());
        const auto choices = entry->make(values)->select({.history = history,
                                                          .moment = moment,
                                                          .lag = {},
                                                          .seed = 1,
                                                          .candidates = std::span(&target, 1),
                                                          .sources = &sources});
        QVERIFY(choices);
        QCOMPARE(QString::fromStdString(
                     itemIds(history.dataset(), *choices, [](const Choice& choice) { return choice.interaction; })),
                 items);
    }

    void kOutOfRangeIsAnError_data()
    {
        QTest::addColumn<QString>("json");
        QTest::newRow("negative") << R"({"k": -1})";
        QTest::newRow("too many") << R"({"k": 65})";
        QTest::newRow("labels") << R"({"labels": "all"})";
        QTest::newRow("no block") << R"({"trimBlock": 0})";
        QTest::newRow("block too long") << R"({"trimBlock": 65})";
    }

    void kOutOfRangeIsAnError()
    {
        QFETCH(QString, json);
        const auto document = *parseJson(json.toStdString(), "test");
        JsonField fields(document, "test");
        static_cast<void>(readParameters(findEntry(demonstrationSelectors(), "recent")->parameters, fields));
        QVERIFY(!fields.status());
        QCOMPARE(fields.status().error().code, ErrorCode::BadValue);
    }
};

QTEST_APPLESS_MAIN(SelectorRegistryTest)
#include "tst_selectorregistry.moc"
