// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/manualselector.h"

#include <QTest>

#include "tests/core/demonstrations/handmadedata.h"

using namespace driftscope;
using namespace driftscope::demonstrations;
using namespace driftscope::handmade;

class ManualSelectorTest : public QObject
{
    Q_OBJECT

private slots:
    void showsTheNamedItemsInTheOrderNamed()
    {
        const auto choices = select("d,a");
        QVERIFY(choices);
        QCOMPARE(itemIds(m_history.dataset(), *choices, [](const Choice& c) { return c.interaction; }),
                 std::string("d a"));
        QCOMPARE(choices->at(0).reason, std::string("chosen by hand, 6 days before"));
    }

    void splitsIdsAtCommas()
    {
        QCOMPARE(ManualSelector::splitIds(" a, b c ,,\td\n"), (std::vector<std::string> {"a", "b c", "d"}));
        QVERIFY(ManualSelector::splitIds(" ,").empty());
        QVERIFY(select("")->empty());
    }

    void refusesWhatMayNotBeShown_data()
    {
        QTest::addColumn<QString>("items");
        QTest::addColumn<qint64>("lag");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("words");
        QTest::newRow("unknown item") << "a,zzz" << qint64(0) << "unknown-name"
                                      << "no item 'zzz'";
        QTest::newRow("another user's item") << "p" << qint64(0) << "bad-argument"
                                             << "never interacted with item 'p'";
        QTest::newRow("the target itself") << "x" << qint64(0) << "leak-found"
                                           << "not before the moment 1970-01-11";
        QTest::newRow("hidden by the lag") << "e" << qint64(1) << "leak-found"
                                           << "the lag hides";
        QTest::newRow("named twice") << "a,b,a" << qint64(0) << "bad-argument"
                                     << "named twice";
    }

    void refusesWhatMayNotBeShown()
    {
        QFETCH(QString, items);
        QFETCH(qint64, lag);
        QFETCH(QString, code);
        QFETCH(QString, words);
        const auto choices = select(items.toStdString(), {data::Lag::Unit::Events, lag});
        QVERIFY(!choices);
        QCOMPARE(QString::fromStdString(std::string(errorName(choices.error().code))), code);
        QVERIFY2(choices.error().message.find(words.toStdString()) != std::string::npos,
                 choices.error().message.c_str());
    }

private:
    [[nodiscard]] Result<std::vector<Choice>> select(const std::string& items, data::Lag lag = {}) const
    {
        return ManualSelector(ManualSelector::splitIds(items)).select({m_history, m_x, lag, 1});
    }

    data::UserHistory m_history = makeHistory(annAndBob());
    data::Moment m_x = m_history.momentOf(interactionOf(m_history.dataset(), "ann", "x"));
};

QTEST_APPLESS_MAIN(ManualSelectorTest)
#include "tst_manualselector.moc"
