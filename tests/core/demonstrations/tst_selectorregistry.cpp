// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/selectorregistry.h"

#include <QTest>

#include "tests/core/demonstrations/handmadedata.h"

using namespace driftscope;
using namespace driftscope::demonstrations;
using namespace driftscope::handmade;

class SelectorRegistryTest : public QObject
{
    Q_OBJECT

private slots:
    void listsAllSelectors()
    {
        QCOMPARE(listIds(demonstrationSelectors()), std::string("none, recent, random, manual"));
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

        const auto history = makeHistory(annAndBob());
        const auto moment = history.momentOf(interactionOf(history.dataset(), "ann", "x"));
        const auto choices = entry->make(values)->select({history, moment, {}, 1});
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
