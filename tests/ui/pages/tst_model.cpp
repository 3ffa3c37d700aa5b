// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow.h"
#include "ui/pages/checkpoint/adapterview.h"
#include "ui/pages/checkpoint/modelpage.h"
#include "ui/pages/checkpoint/scratchview.h"
#include "ui/pages/checkpoint/tokenchips.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>

#include <algorithm>

#include "tests/ui/support/buttons.h"
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

const QString llama = QStringLiteral(DRIFTSCOPE_TEST_DATA "/checkpoints/llama");
const QString lora = llama + QStringLiteral("/adapters/lora-qv");
const QString smallLora = QStringLiteral(DRIFTSCOPE_TEST_DATA "/checkpoints/smollm2-like/adapters/lora-all-rs");
const QString smallTokenizer = QStringLiteral(DRIFTSCOPE_TEST_DATA "/checkpoints/smollm2-like");

bool says(QWidget& parent, const QString& text)
{
    return std::ranges::any_of(parent.findChildren<QLabel*>(), [&](const QLabel* label) {
        return label->isVisibleTo(&parent) && label->text().contains(text);
    });
}

/// Opens a checkpoint's headers and waits for them.
bool openCheckpoint(TestWorld& world, const QString& path)
{
    QSignalSpy ended(&world.workspace->checkpointJob(), &JobRunner::ended);
    world.workspace->openCheckpoint(path);
    return ended.wait(20'000) && world.workspace->focus().checkpoint().has_value();
}

/// Loads what is open: the fake engine takes any checkpoint.
bool load(TestWorld& world)
{
    QSignalSpy ended(&world.workspace->modelJob(), &JobRunner::ended);
    world.workspace->loadModel({});
    return ended.wait(20'000) && world.workspace->focus().engine() != nullptr;
}

} // namespace

class TestModel : public QObject
{
    Q_OBJECT

private slots:
    void theLargestPromptOfTheExperimentCounts()
    {
        simulate::Experiment experiment = draftExperiment();
        experiment.candidates.count = 33;
        simulate::Arm baseline;
        baseline.name = "popularity";
        baseline.scorer = "popularity";
        baseline.history.maxItems = 1000; // without a prompt
        experiment.arms.push_back(baseline);
        const PromptExtent extent = promptExtent(experiment);
        QCOMPARE(extent.request.demonstrations, std::int64_t {4});
        QCOMPARE(extent.request.history, std::int64_t {10});
        QCOMPARE(extent.request.candidates, std::int64_t {33});
        QVERIFY(extent.text.contains(QStringLiteral("arm recent 4")));
    }

    void memoryFollowsExperimentAndPrecision()
    {
        TestWorld world;
        MemorySession session(*world.workspace);
        QVERIFY(!session.estimate());
        QVERIFY(openCheckpoint(world, llama));
        QVERIFY(session.estimate().has_value());
        QTRY_VERIFY(!session.rows().empty());
        QCOMPARE(session.rows().front().device, QStringLiteral("CPU"));
        QVERIFY(session.rows().front().fits);
        const auto before = session.estimate()->peakBytes;
        session.setPrecision(inference::Precision::Bf16);
        QVERIFY(session.estimate()->weightsBytes * 2 <= before);
        session.setPrecision(inference::Precision::Fp32);
        simulate::Experiment draft = world.workspace->focus().experiment();
        draft.arms.back().selectorParameters["k"] = std::int64_t {40};
        world.workspace->editExperiment(QStringLiteral("more"), draft);
        QVERIFY(session.estimate()->peakBytes > before);
        world.workspace->edits().undo();
        QCOMPARE(session.estimate()->peakBytes, before);
    }

    void adaptersTellWhetherTheyFitBeforeLoading()
    {
        TestWorld world;
        AdapterSession session(*world.workspace);
        QVERIFY(openCheckpoint(world, llama));
        session.add(lora + QStringLiteral("/adapter_config.json"));
        QCOMPARE(session.rows().size(), std::size_t {1});
        QTRY_VERIFY(session.rows().front().card.has_value());
        QVERIFY(session.rows().front().isOn);
        QVERIFY(AdapterSession::describe(session.rows().front()).contains(QStringLiteral("Fits")));
        QCOMPARE(world.workspace->focus().experiment().checkpoint.adapters,
                 (std::vector<std::string> {lora.toStdString()}));
        session.add(lora); // once is enough
        QCOMPARE(session.rows().size(), std::size_t {1});

        session.add(world.folder.path()); // no adapter
        QTRY_VERIFY(!session.rows().back().problem.isEmpty());
        QVERIFY(!session.rows().back().isOn);
        QCOMPARE(world.workspace->focus().experiment().checkpoint.adapters.size(), std::size_t {1});
        session.remove(1);

        // Another checkpoint: the adapter does not fit it, and is not left on.
        QVERIFY(openCheckpoint(world, smallTokenizer));
        QTRY_VERIFY(session.rows().front().card && !session.rows().front().canBeOn());
        QTRY_VERIFY(!session.rows().front().isOn);
        QVERIFY(AdapterSession::describe(session.rows().front()).contains(QStringLiteral("Does not fit")));
        QVERIFY(world.workspace->focus().experiment().checkpoint.adapters.empty());
    }

    void switchesChangeTheLoadedModelAtOnce()
    {
        TestWorld world;
        AdapterSession session(*world.workspace);
        QVERIFY(openCheckpoint(world, llama));
        session.add(lora);
        QTRY_VERIFY(session.rows().front().canBeOn());
        QVERIFY(load(world));
        const auto active = [&] { return world.workspace->focus().engine()->activeAdapters; };
        QTRY_COMPARE(active(), (std::vector<std::string> {lora.toStdString()}));
        QVERIFY(!session.isBehind());
        session.setOn(0, false);
        QTRY_VERIFY(active().empty());
        QVERIFY(world.workspace->focus().experiment().checkpoint.adapters.empty());
        world.workspace->edits().undo(); // a switch can be taken back
        QTRY_COMPARE(active().size(), std::size_t {1});
        QVERIFY(session.rows().front().isOn);
        // An experiment brings the adapters that it names; they are not judged by the checkpoint of the one before.
        simulate::Experiment other = world.workspace->focus().experiment();
        other.checkpoint.path = "/another/checkpoint";
        other.checkpoint.adapters = {smallLora.toStdString()};
        world.workspace->focus().setExperiment(other);
        QCOMPARE(session.rows().size(), std::size_t {2});
        QTRY_VERIFY(session.rows().back().card.has_value());
        QVERIFY(!session.rows().back().canBeOn());
        QCOMPARE(world.workspace->focus().experiment().checkpoint.adapters, other.checkpoint.adapters);
    }

    void tokensOfTheScratchPromptAreShownWithoutAModel()
    {
        TestWorld world;
        ScratchSession session(*world.workspace);
        session.setText(QStringLiteral("A title"));
        QVERIFY(session.answer().tokens.empty()); // nothing to read it with
        QVERIFY(openCheckpoint(world, smallTokenizer));
        QTRY_VERIFY(!session.answer().tokens.empty());
        QVERIFY(!session.isStale());
        QVERIFY(session.answer().next.empty());
        QString whole;
        for (const TokenChip& chip : session.answer().tokens)
            whole += chip.text;
        QVERIFY2(whole.contains(QStringLiteral("␣")), qPrintable(whole));
    }

    void theNewestTextIsAnswered()
    {
        TestWorld world;
        ScratchSession session(*world.workspace);
        QVERIFY(world.loadFakeModel());
        for (int length = 1; length <= 20; ++length)
            session.setText(QStringLiteral("word ").repeated(length));
        QVERIFY(session.isStale());
        QTRY_VERIFY(!session.isStale());
        QVERIFY(session.problem().isEmpty());
        QCOMPARE(session.answer().next.size(), ScratchSession::nextShown);
        QCOMPARE(session.answer().answers.size(), std::size_t {2});
        const auto& answer = session.answer();
        QVERIFY(std::abs(answer.firstOfTwo - answer.answers[0] / (answer.answers[0] + answer.answers[1])) < 1e-9);
        const auto tokens = session.answer().tokens.size();
        session.setText(QStringLiteral("word"));
        QTRY_VERIFY(!session.isStale() && session.answer().tokens.size() < tokens);
        session.setText({});
        QVERIFY(session.answer().tokens.empty() && !session.isStale());
    }

    void bytesAreMadeVisible()
    {
        QCOMPARE(visibleToken(" Yes"), QStringLiteral("␣Yes"));
        QCOMPARE(visibleToken("\n\t"), QStringLiteral("⏎⇥"));
        QCOMPARE(visibleToken("\xE2\x82"), QStringLiteral("\\xE2\\x82"));
        TokenModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTokens({{5, QStringLiteral("␣Yes"), false}, {1, QStringLiteral("<s>"), true}});
        QCOMPARE(model.rowCount(), 2);
        QVERIFY(model.index(1).data(TokenModel::SpecialRole).toBool());
        QVERIFY(model.index(1).data(Qt::ToolTipRole).toString().contains(QStringLiteral("special token 1")));
    }

    /// As a person does it: open, read the card, drop an adapter, load, switch, type a prompt.
    void aPersonTriesAModel()
    {
        TestWorld world;
        MainWindow window(*world.workspace);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
        ModelPage& page = window.modelPage();
        auto* path = page.findChild<QLineEdit*>();
        path->setText(llama);
        QTest::keyClick(path, Qt::Key_Return);
        QTRY_VERIFY(says(page, QStringLiteral("4 demonstrations, histories of 10")));
        QTRY_VERIFY(says(page, QStringLiteral("Context length")));

        QMimeData dropped;
        dropped.setUrls({QUrl::fromLocalFile(lora)});
        QDragEnterEvent enter(QPoint(400, 400), Qt::CopyAction, &dropped, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(400, 400), Qt::CopyAction, &dropped, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &drop);
        QTRY_VERIFY(says(page, QStringLiteral("LoRA, rank")));

        QTest::mouseClick(button(page, QStringLiteral("Load")), Qt::LeftButton);
        QTRY_VERIFY(says(page, QStringLiteral("Adapters on: 1")));
        auto* view = page.findChild<AdapterView*>();
        const auto click = [view] {
            for (auto* box : view->findChildren<QCheckBox*>())
                if (box->isVisible())
                    return QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
        };
        click();
        QTRY_VERIFY(world.workspace->focus().engine()->activeAdapters.empty());
        QTest::keyClick(&window, Qt::Key_Z, Qt::ControlModifier); // takes it back
        QTRY_COMPARE(world.workspace->focus().engine()->activeAdapters.size(), std::size_t {1});

        auto* scratch = page.findChild<ScratchView*>();
        auto* text = scratch->findChild<QPlainTextEdit*>();
        text->setFocus();
        QTest::keyClicks(text, QStringLiteral("Will the user like Alien?"));
        auto* chips = scratch->findChild<TokenChips*>();
        QTRY_VERIFY(chips->model()->rowCount() > 3);
        QTRY_VERIFY(says(*scratch, QStringLiteral("between the two")));
        auto* next = scratch->findChild<QTableView*>();
        QCOMPARE(next->model()->rowCount(), int(ScratchSession::nextShown));
    }
};

QTEST_MAIN(TestModel)
#include "tst_model.moc"
