// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/armform.h"
#include "ui/widgets/promptview.h"
#include "ui/widgets/timeline.h"
#include "ui/widgets/tokenruler.h"

#include <QComboBox>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>

using namespace driftscope;
using namespace driftscope::ui;

class TestPromptWidgets : public QObject
{
    Q_OBJECT

private slots:
    void byteOffsetsBecomeCharacterPositions()
    {
        const std::string text = "aé€😀z"; // 1, 2, 3, 4 and 1 bytes; the fourth takes two UTF-16 units
        QCOMPARE(utf16Positions(text, {0, 1, 3, 6, 10, 11}), std::vector<int>({0, 1, 2, 3, 5, 6}));
    }

    void promptSpansAreColouredWhereTheyStand()
    {
        prompt::Prompt prompt {"Né: Alien", {{prompt::SpanKind::Target, 5, 10, {}, {}, {}, 1}}};
        PromptView view;
        view.setPrompt(prompt);
        QCOMPARE(view.toPlainText(), QStringLiteral("Né: Alien"));
        QCOMPARE(view.extraSelections().size(), 1);
        QCOMPARE(view.extraSelections().first().cursor.selectedText(), QStringLiteral("Alien"));
    }

    void aDemonstrationHasOneColourAndItsAnswerAnother()
    {
        using prompt::SpanKind;
        prompt::Prompt prompt {"Alien: Yes\nHeat:",
                               {{SpanKind::Demonstration, 0, 11, {}, {}, 0, 4},
                                {SpanKind::Target, 0, 5, {}, {}, 0, 1},
                                {SpanKind::Answer, 7, 10, {}, {}, 0, 1},
                                {SpanKind::Target, 11, 15, {}, {}, {}, 1}}};
        PromptView view;
        view.setPrompt(prompt);
        QStringList coloured;
        for (const auto& selection : view.extraSelections())
            coloured << selection.cursor.selectedText();
        QCOMPARE(coloured.size(), 3);
        QCOMPARE(coloured.mid(1), QStringList({QStringLiteral("Yes"), QStringLiteral("Heat")}));
    }

    void aNarrowRulerNamesItsBlocksOnMoreLines()
    {
        TokenRuler ruler;
        ruler.setBlocks({{prompt::SpanKind::Demonstration, 900},
                         {prompt::SpanKind::History, 120},
                         {prompt::SpanKind::Query, 22},
                         {prompt::SpanKind::Target, 5}},
                        1047, 2048);
        ruler.resize(900, 60);
        const int wide = ruler.sizeHint().height();
        ruler.resize(180, 60);
        QVERIFY(ruler.sizeHint().height() > wide);
    }

    void theTimelineJumpsFromShiftToShift()
    {
        Timeline timeline;
        std::vector<TimelineEvent> events(30);
        events[8].shift = events[20].shift = QStringLiteral("another taste");
        timeline.setEvents(std::move(events));
        timeline.setPosition(2);
        QTest::keyClick(&timeline, Qt::Key_Down);
        QCOMPARE(timeline.position(), 8);
        QTest::keyClick(&timeline, Qt::Key_Down);
        QTest::keyClick(&timeline, Qt::Key_Down); // there is none after it
        QCOMPARE(timeline.position(), 20);
        QTest::keyClick(&timeline, Qt::Key_Up);
        QCOMPARE(timeline.position(), 8);
    }

    void rulerCountsEachTokenOnce()
    {
        using prompt::SpanKind;
        prompt::Prompt prompt;
        prompt.spans = {{SpanKind::Header, 0, 10, {}, {}, {}, 10},   {SpanKind::Demonstration, 10, 40, {}, {}, 0, 30},
                        {SpanKind::History, 12, 20, {}, {}, 0, 8},   {SpanKind::Query, 40, 80, {}, {}, {}, 40},
                        {SpanKind::History, 45, 55, {}, {}, {}, 12}, {SpanKind::Target, 60, 70, {}, {}, {}, 5},
                        {SpanKind::Cue, 75, 80, {}, {}, {}, 3}};
        std::size_t sum = 0;
        for (const auto& block : rulerBlocks(prompt))
            sum += block.tokens;
        QCOMPARE(sum, std::size_t(80));
    }

    void timelineMovesByKeysAndMouse()
    {
        Timeline timeline;
        timeline.resize(628, 74); // 600 for the ticks
        timeline.setEvents(std::vector<TimelineEvent>(30));
        timeline.setPosition(10);
        QSignalSpy moved(&timeline, &Timeline::positionChanged);
        QTest::keyClick(&timeline, Qt::Key_Right);
        QCOMPARE(timeline.position(), 11);
        QTest::keyClick(&timeline, Qt::Key_Left);
        QTest::keyClick(&timeline, Qt::Key_Home);
        QCOMPARE(timeline.position(), 0);
        QTest::keyClick(&timeline, Qt::Key_Left); // already there
        QTest::keyClick(&timeline, Qt::Key_End);
        QCOMPARE(timeline.position(), 29);
        QCOMPARE(moved.count(), 4);
        QTest::mouseClick(&timeline, Qt::LeftButton, {}, QPoint(14 + 5 * 20 + 10, 20));
        QCOMPARE(timeline.position(), 5);
    }

    void armFormShowsTheParametersOfTheSelector()
    {
        ArmForm form;
        simulate::Arm arm;
        arm.name = "a";
        arm.selector = "none";
        arm.wording = "movies";
        form.setArm(arm);
        QVERIFY(!form.findChild<QSpinBox*>(QStringLiteral("k")));
        QSignalSpy edited(&form, &ArmForm::edited);
        auto* selector = form.findChild<QComboBox*>(QStringLiteral("selector"));
        QVERIFY(selector);
        selector->setCurrentIndex(selector->findData(QStringLiteral("recent")));
        QCOMPARE(edited.count(), 1);
        auto* k = form.findChild<QSpinBox*>(QStringLiteral("k"));
        QVERIFY(k);
        k->setValue(7);
        QCOMPARE(form.arm().selector, std::string("recent"));
        QCOMPARE(std::get<std::int64_t>(form.arm().selectorParameters.at("k")), std::int64_t(7));
        QCOMPARE(edited.count(), 2);
    }

    void armFormEditsTheControls()
    {
        ArmForm form;
        simulate::Arm arm;
        arm.name = "a";
        arm.selector = "none";
        arm.wording = "movies";
        form.setArm(arm);
        auto* toggle = form.findChild<QToolButton*>(QStringLiteral("controlsToggle"));
        QVERIFY(toggle && !toggle->isChecked());
        QSignalSpy edited(&form, &ArmForm::edited);
        const auto choose = [&form](const char* path, const char* choice) {
            auto* box = form.findChild<QComboBox*>(QString::fromLatin1(path));
            QVERIFY2(box, path);
            const int index = box->findData(QString::fromLatin1(choice));
            QVERIFY2(index >= 0 && !box->toolTip().isEmpty(), choice);
            box->setCurrentIndex(index);
        };
        choose("history.order", "shuffled");
        choose("titles", "masked");
        choose("calibration", "contextual");
        choose("demonstrations.labels", "flipped");
        QCOMPARE(edited.count(), 4);
        arm = form.arm();
        QVERIFY(arm.historyControls.isShuffled && arm.areTitlesMasked && arm.demonstrations.areLabelsFlipped);
        QVERIFY(arm.calibration == simulate::Calibration::Contextual);
        QCOMPARE(arm.name, std::string("a"));
        QCOMPARE(arm.wording, std::string("movies"));

        ArmForm other; // what is not the usual is in sight
        other.setArm(arm);
        QVERIFY(other.findChild<QToolButton*>(QStringLiteral("controlsToggle"))->isChecked());
    }
};

QTEST_MAIN(TestPromptWidgets)
#include "tst_promptwidgets.moc"
