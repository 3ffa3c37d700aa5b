// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/demonstrationedits.h"
#include "core/demonstrations/manualselector.h"
#include "core/demonstrations/recentselector.h"

#include <QTest>

#include "tests/core/demonstrations/handmadedata.h"

using namespace driftscope;
using namespace driftscope::demonstrations;
using namespace driftscope::handmade;
using Kind = DemonstrationEdit::Kind;

class DemonstrationEditsTest : public QObject
{
    Q_OBJECT

private slots:
    void withoutEditsTheChoiceStays() { QCOMPARE(shown({}), std::string("c d e")); }

    void eachKindDoesWhatItSays_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("item");
        QTest::addColumn<QString>("other");
        QTest::addColumn<int>("position");
        QTest::addColumn<QString>("items");
        const auto row = [](const char* name, Kind kind, const char* item, const char* other, int position,
                            const char* items) {
            QTest::newRow(name) << int(kind) << QString::fromLatin1(item) << QString::fromLatin1(other) << position
                                << QString::fromLatin1(items);
        };
        row("drop", Kind::Drop, "d", "", 0, "c e");
        row("drop what is not there", Kind::Drop, "a", "", 0, "c d e");
        row("move to the front", Kind::Move, "e", "", 0, "e c d");
        row("move to the end", Kind::Move, "c", "", 2, "d e c");
        row("move beyond the end", Kind::Move, "c", "", 9, "d e c");
        row("move nowhere", Kind::Move, "d", "", 1, "c d e");
        row("replace", Kind::Replace, "d", "b", 0, "c b e");
        row("replace by one that is shown", Kind::Replace, "d", "e", 0, "c d e");
        row("add in the middle", Kind::Add, "a", "", 1, "c a d e");
        row("add at the end", Kind::Add, "a", "", 99, "c d e a");
        row("add what is there", Kind::Add, "e", "", 0, "c d e");
        row("pin what is there", Kind::Pin, "e", "", 0, "c d e");
        row("pin an older one", Kind::Pin, "b", "", 0, "b c d e");
    }

    void eachKindDoesWhatItSays()
    {
        QFETCH(int, kind);
        QFETCH(QString, item);
        QFETCH(QString, other);
        QFETCH(int, position);
        QFETCH(QString, items);
        DemonstrationEdit edit {.kind = Kind(kind), .interaction = at(item.toStdString())};
        edit.position = static_cast<std::size_t>(position);
        if (!other.isEmpty())
            edit.other = at(other.toStdString());
        QCOMPARE(shown({edit}), items.toStdString());
    }

    void editsAreMadeInTheirOrder()
    {
        QCOMPARE(shown({{.kind = Kind::Add, .interaction = at("a"), .position = 0},
                        {.kind = Kind::Move, .interaction = at("a"), .position = 3},
                        {.kind = Kind::Drop, .interaction = at("c")}}),
                 std::string("d e a"));
    }

    void relabelShowsTheOtherLabelAndTakesItBack()
    {
        const DemonstrationEdit relabel {.kind = Kind::Relabel, .interaction = at("e"), .isLiked = false};
        const auto edited = edit({relabel}, m_x);
        QCOMPARE(edited.choices.back().shownAs, std::optional(false));
        QVERIFY(edited.choices.back().reason.ends_with(", shown as disliked"));
        const auto demonstrations = withHistories(m_history, edited.choices, {});
        QVERIFY(!demonstrations.back().isLiked && m_history.isLiked(at("e")));
        DemonstrationEdit back = relabel;
        back.isLiked = true;
        QVERIFY(!edit({relabel, back}, m_x).choices.back().shownAs);
    }

    void pinKeepsOneThatTheSelectorHasLeftBehind()
    {
        const DemonstrationEdit pin {.kind = Kind::Pin, .interaction = at("c")};
        QVERIFY(edit({pin}, m_x).choices.front().reason.ends_with(", pinned"));
        const auto edited = applyEdits({}, std::span(&pin, 1), query(m_x));
        QCOMPARE(edited.choices.size(), std::size_t(1));
        QCOMPARE(edited.choices.front().reason, std::string("pinned, 7 days before"));
    }

    void nothingOfTheFutureIsAdded()
    {
        const auto moment = m_history.momentOf(at("c"));
        for (const auto* item : {"c", "d", "x"}) {
            const auto edited = edit({{.kind = Kind::Add, .interaction = at(item)}}, moment);
            QCOMPARE(edited.unmet.size(), std::size_t(1));
            QVERIFY(edited.unmet.front().find("not before this moment") != std::string::npos);
            QCOMPARE(edit({{.kind = Kind::Pin, .interaction = at(item)}}, moment).unmet.size(), std::size_t(1));
            const auto replaced = edit({{.kind = Kind::Replace, .interaction = at("b"), .other = at(item)}}, moment);
            QCOMPARE(replaced.choices.size(), std::size_t(2)); // a and b as before
            QCOMPARE(replaced.unmet.size(), std::size_t(1));
        }
    }

    void othersAndWhatTheLagHidesAreNotAdded()
    {
        const auto bobs = interactionOf(m_history.dataset(), "bob", "p");
        QVERIFY(edit({{.kind = Kind::Add, .interaction = bobs}}, m_x).unmet.front().find("another user")
                != std::string::npos);
        SelectionQuery lagged = query(m_x);
        lagged.lag = {data::Lag::Unit::Events, 1};
        const DemonstrationEdit add {.kind = Kind::Add, .interaction = at("e")};
        const auto edited = applyEdits({}, std::span(&add, 1), lagged);
        QVERIFY(edited.choices.empty());
        QVERIFY(edited.unmet.front().find("lag hides") != std::string::npos);
    }

    void theManualSelectorCarriesTheResult()
    {
        const auto edited = edit({{.kind = Kind::Relabel, .interaction = at("d"), .isLiked = true},
                                  {.kind = Kind::Move, .interaction = at("e"), .position = 0}},
                                 m_x);
        const auto parameters = manualParameters(m_history, edited.choices);
        QVERIFY(parameters);
        QCOMPARE(std::get<std::string>(parameters->at("items")), std::string("e,c,d"));
        QCOMPARE(std::get<std::string>(parameters->at("labels")), std::string("real,real,liked"));
        const ManualSelector selector({"e", "c", "d"}, {"real", "real", "liked"}, ManualSelector::Missing::LeaveOut);
        const auto again = selector.select(query(m_x));
        QVERIFY(again);
        QCOMPARE(again->size(), edited.choices.size());
        for (std::size_t i = 0; i < again->size(); ++i) {
            QCOMPARE(again->at(i).interaction, edited.choices[i].interaction);
            QCOMPARE(again->at(i).shownAs, edited.choices[i].shownAs);
        }
    }

    void aManualArmShowsNothingToThoseWhoHaveNothing()
    {
        const ManualSelector selector({"a", "e"}, {}, ManualSelector::Missing::LeaveOut);
        const auto early = selector.select(query(m_history.momentOf(at("c"))));
        QVERIFY(early && early->size() == 1); // e comes later
        const auto bob = selector.select(query(m_history.momentOf(interactionOf(m_history.dataset(), "bob", "q"))));
        QVERIFY(bob && bob->empty());
    }

    void manualLabelsAreChecked()
    {
        QVERIFY(!ManualSelector({"a"}, {"real", "liked"}).select(query(m_x)));
        QVERIFY(!ManualSelector({"a"}, {"maybe"}).select(query(m_x)));
    }

    void whatAnArmCannotKeepIsSaid()
    {
        const auto bobs = interactionOf(m_history.dataset(), "bob", "p");
        const std::vector<Choice> mixed {{at("a"), ""}, {bobs, ""}};
        QCOMPARE(manualParameters(m_history, mixed).error().code, ErrorCode::BadArgument);
        const auto comma = makeHistory(makeDataset({{"ann", "a,b", 5, day}, {"ann", "x", 5, 2 * day}}));
        const std::vector<Choice> named {{0, ""}};
        QVERIFY(manualParameters(comma, named).error().message.find("comma") != std::string::npos);
    }

private:
    [[nodiscard]] data::InteractionIndex at(const std::string& item) const
    {
        return interactionOf(m_history.dataset(), "ann", item);
    }
    [[nodiscard]] SelectionQuery query(const data::Moment& moment) const { return {m_history, moment, {}, 1}; }
    /// Edits made to the three most recent.
    [[nodiscard]] EditedChoices edit(const std::vector<DemonstrationEdit>& edits, const data::Moment& moment) const
    {
        return applyEdits(*RecentSelector(3, RecentSelector::Labels::Both).select(query(moment)), edits, query(moment));
    }
    [[nodiscard]] std::string shown(const std::vector<DemonstrationEdit>& edits) const
    {
        return itemIds(m_history.dataset(), edit(edits, m_x).choices, [](const Choice& c) { return c.interaction; });
    }

    data::UserHistory m_history = makeHistory(annAndBob());
    data::Moment m_x = m_history.momentOf(interactionOf(m_history.dataset(), "ann", "x"));
};

QTEST_APPLESS_MAIN(DemonstrationEditsTest)
#include "tst_demonstrationedits.moc"
