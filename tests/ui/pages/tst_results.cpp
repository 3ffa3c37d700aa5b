// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/runmanifest.h"
#include "ui/pages/results/exportdialog.h"
#include "ui/pages/results/resultspage.h"
#include "ui/plots/curveplot.h"

#include <QComboBox>
#include <QDir>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <algorithm>

#include "tests/core/simulate/plantedrun.h"
#include "tests/ui/support/buttons.h"
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

/// Stores a run of the oracles on planted data; with `knowsShifts`, as it is, else as if of other data.
/// `hasFiles`: the data came from a file, so that runs can be known to be of the same.
store::RunId storeRun(const TestWorld& world, bool knowsShifts, bool hasFiles = false)
{
    const auto run = test::plantedRun();
    const auto prepared = test::prepare(run.experiment, test::plantedData());
    auto manifest = simulate::runManifest(prepared, {});
    if (!knowsShifts)
        manifest.erase("shifts");
    if (hasFiles)
        manifest["dataset"]["files"] = {{{"path", "planted.csv"}, {"hash", "0123456789abcdef"}}};
    const auto runStore =
        store::RunStore::open(world.file("runs.sqlite").toStdString(), store::RunStore::Access::ReadWrite);
    const auto id = (*runStore)->createRun("planted", run.experiment.hash(), manifest,
                                           static_cast<std::int64_t>(run.records.size()));
    if (!id || !(*runStore)->append(*id, run.records) || !(*runStore)->setState(*id, store::RunState::Finished))
        qFatal("the run cannot be stored");
    return *id;
}

bool choose(ResultsPresenter& presenter, store::RunId run, std::vector<store::RunId> others = {})
{
    presenter.choose(run, std::move(others));
    return QTest::qWaitFor([&] { return !presenter.isStale(); }, 30'000) && presenter.result().has_value();
}

bool show(ResultsPresenter& presenter, ResultView view)
{
    presenter.setView(view);
    return QTest::qWaitFor([&] { return !presenter.isStale(); }, 30'000);
}

/// The page with two runs, the newest one chosen.
struct ShownPage {
    TestWorld world;
    store::RunId first;
    store::RunId second;
    ResultsPage page {*world.workspace};

    explicit ShownPage(bool hasFiles = true)
        : first(storeRun(world, true, hasFiles))
        , second(storeRun(world, true, hasFiles))
    {
        page.resize(1016, 640);
        page.show();
        page.showRun(0);
    }
    bool isReady()
    {
        return QTest::qWaitFor([&] { return page.presenter().result().has_value() && !page.presenter().isStale(); },
                               30'000);
    }
    QTableView& table()
    {
        const auto tables = page.findChildren<QTableView*>();
        return **std::ranges::find(tables, QStringLiteral("Runs"), &QWidget::accessibleName);
    }
    QPoint rowCentre(int row) { return table().visualRect(table().model()->index(row, 1)).center(); }
};

} // namespace

class TestResults : public QObject
{
    Q_OBJECT

private slots:
    void aRunHasAFigureAView()
    {
        TestWorld world;
        ResultsPresenter presenter(world.file("runs.sqlite").toStdString());
        QVERIFY(presenter.emptyText().contains(QStringLiteral("No run")));
        QVERIFY(choose(presenter, storeRun(world, true)));
        QVERIFY(presenter.figure().hasPoints());
        QVERIFY(presenter.figure().caption.contains(QStringLiteral("Hashes: experiment ")));
        QVERIFY(show(presenter, ResultView::SinceShift));
        const Figure& aligned = presenter.figure();
        QVERIFY(aligned.hasPoints());
        QVERIFY(aligned.axis == FigureAxis::SinceShift);
        QVERIFY(aligned.panels[0].curves[0].points.front().at < 0);
        QVERIFY(aligned.panels[0].random.has_value());
        QVERIFY(aligned.caption.contains(QStringLiteral("shifts of")));
        QVERIFY(show(presenter, ResultView::Lag));
        QVERIFY(!presenter.figure().hasPoints());
        QVERIFY(presenter.emptyText().contains(QStringLiteral("three arms")));
    }

    void recoveriesAreSaidInWordsAgainstTheirOwnLevelOrAnother()
    {
        TestWorld world;
        ResultsPresenter presenter(world.file("runs.sqlite").toStdString());
        QVERIFY(presenter.recoveries().isEmpty());
        QVERIFY(choose(presenter, storeRun(world, true)));
        QVERIFY(show(presenter, ResultView::SinceShift));
        const QString own = presenter.recoveries().join(QLatin1Char('\n'));
        QVERIFY2(own.contains(QStringLiteral("stale-oracle loses ")), qPrintable(own));
        QVERIFY2(own.contains(QStringLiteral("more than 25 events")) || own.contains(QStringLiteral("more than 25 [")),
                 qPrintable(own));
        QVERIFY2(own.contains(QStringLiteral("90 % are back after")), qPrintable(own));
        presenter.setReference(QStringLiteral("oracle"));
        QVERIFY(show(presenter, ResultView::SinceShift));
        QCOMPARE(presenter.shown().measures.front().question.reference, std::string("oracle"));
        QVERIFY(presenter.recoveries().join(QLatin1Char('\n')) != own);
    }

    void withoutKnownShiftsThePageSaysWhatToDo()
    {
        TestWorld world;
        ResultsPresenter presenter(world.file("runs.sqlite").toStdString());
        QVERIFY(choose(presenter, storeRun(world, false)));
        QVERIFY(show(presenter, ResultView::SinceShift));
        QVERIFY(presenter.recoveries().isEmpty());
        QVERIFY(presenter.emptyText().contains(QStringLiteral("look for shifts")));
    }

    void metricsAndWindowsOfTheFigureAreChosen()
    {
        TestWorld world;
        ResultsPresenter presenter(world.file("runs.sqlite").toStdString());
        QVERIFY(choose(presenter, storeRun(world, true)));
        const auto apart = presenter.figure().panels.front().curves.front().points.size();
        presenter.setChoice({.metrics = {"hr@1"}, .view = {"event-index", "rolling", 20}});
        QVERIFY(QTest::qWaitFor([&] { return !presenter.isStale(); }, 30'000));
        QCOMPARE(presenter.figure().panels.size(), std::size_t(1));
        QCOMPARE(presenter.figure().panels.front().metric, QStringLiteral("hr@1"));
        QVERIFY(presenter.figure().panels.front().curves.front().points.size() > apart);
        presenter.setChoice({.metrics = {"hr@1"}, .view = {"calendar", "cumulative", 30}});
        QVERIFY(QTest::qWaitFor([&] { return !presenter.isStale(); }, 30'000));
        QVERIFY(presenter.figure().isCalendar);
    }

    void twoArmsAreComparedOverTimeAndUserByUser()
    {
        TestWorld world;
        ResultsPresenter presenter(world.file("runs.sqlite").toStdString());
        QVERIFY(choose(presenter, storeRun(world, true)));
        presenter.setPair({0, 0}, {0, 2}); // oracle, random
        QVERIFY(show(presenter, ResultView::Difference));
        QVERIFY(presenter.figure().isDifference);
        QVERIFY(presenter.sentences().front().contains(QStringLiteral("oracle beats random by")));
        const auto& points = presenter.figure().panels.front().curves.front().points;
        QVERIFY(std::ranges::all_of(points, [](const auto& point) { return !point.value || *point.value > 0; }));
        QVERIFY(show(presenter, ResultView::Users));
        QCOMPARE(presenter.figure().panels.front().users.size(), std::size_t(50));
        QVERIFY(presenter.figure().arms == (std::vector<QString> {QStringLiteral("oracle"), QStringLiteral("random")}));
    }

    void runsAreShownOverOneAnotherAndTheirManifestsCompared()
    {
        TestWorld world;
        const auto first = storeRun(world, true, true);
        const auto second = storeRun(world, false, true);
        ResultsPresenter presenter(world.file("runs.sqlite").toStdString());
        QVERIFY(choose(presenter, second, {first, second}));
        QCOMPARE(presenter.others().size(), std::size_t(1));
        QCOMPARE(presenter.figure().arms.size(), std::size_t(6));
        QCOMPARE(presenter.figure().arms.front(), QStringLiteral("run %1 · oracle").arg(second));
        QCOMPARE(presenter.armName(presenter.arms().back()), QStringLiteral("run %1 · random").arg(first));
        const auto differences = presenter.manifestRows();
        QCOMPARE(differences.size(), std::size_t(1)); // one of them does not know its shifts
        QCOMPARE(differences.front().path, std::string("shifts"));
    }

    void runsAreFoundByWordsTagsAndNotes()
    {
        TestWorld world;
        const auto first = storeRun(world, true);
        const auto second = storeRun(world, true);
        ResultsPresenter presenter(world.file("runs.sqlite").toStdString());
        QSignalSpy changed(&presenter, &ResultsPresenter::runsChanged);
        presenter.annotate(first, {QStringLiteral("paper"), QStringLiteral("drift")}, QStringLiteral("the good one"));
        QVERIFY(changed.wait(20'000));
        QCOMPARE(presenter.shownRuns().size(), std::size_t(2));
        presenter.setFilter(QStringLiteral("PAPER good"));
        QCOMPARE(presenter.shownRuns().size(), std::size_t(1));
        QCOMPARE(presenter.shownRuns().front().id, first);
        presenter.setFilter(QStringLiteral("paper bad"));
        QVERIFY(presenter.shownRuns().empty());
        presenter.setFilter(QStringLiteral("finished"));
        QCOMPARE(presenter.shownRuns().front().id, second);
    }

    void everythingIsWrittenIntoAFolder()
    {
        TestWorld world;
        ResultsPresenter presenter(world.file("runs.sqlite").toStdString());
        QVERIFY(choose(presenter, storeRun(world, true)));
        RunExporter exporter;
        QSignalSpy exported(&exporter, &RunExporter::exported);
        QSignalSpy failed(&exporter, &RunExporter::failed);
        const QString folder = world.file("all");
        exporter.start(*presenter.result(), {.kind = ExportKind::Everything, .path = folder.toStdString()});
        QVERIFY2(exported.wait(60'000), failed.isEmpty() ? "" : qPrintable(failed.first().first().toString()));
        const QStringList files = QDir(folder).entryList(QDir::Files);
        for (const char* name :
             {"table.md", "table.tex", "manifest.json", "experiment.json", "predictions.csv", "ndcg-at-10.pdf",
              "hr-at-1.tex", "since-shift-ndcg-at-10.svg", "difference-ndcg-at-10.csv", "users-ndcg-at-10.png"})
            QVERIFY2(files.contains(QLatin1String(name)), name);
    }

    void choosingInTheTableShowsRunsTogether()
    {
        ShownPage shown;
        QVERIFY(shown.isReady());
        QCOMPARE(shown.page.presenter().result()->run().id, shown.second); // the newest
        QTest::mouseClick(shown.table().viewport(), Qt::LeftButton, Qt::ControlModifier, shown.rowCentre(1));
        QTRY_COMPARE_WITH_TIMEOUT(shown.page.presenter().others().size(), std::size_t(1), 30'000);
        QVERIFY(shown.isReady());
        QCOMPARE(shown.page.presenter().result()->run().id, shown.second);
        auto* plot = shown.page.findChild<CurvePlot*>();
        QTRY_COMPARE(plot->figure().arms.size(), std::size_t(6));
        QTest::mouseClick(shown.table().viewport(), Qt::LeftButton, {}, shown.rowCentre(1));
        QTRY_COMPARE_WITH_TIMEOUT(shown.page.presenter().chosen(), shown.first, 30'000);
        QVERIFY(shown.isReady());
        QVERIFY(shown.page.presenter().others().empty());
    }

    void tagsAreTypedAndFound()
    {
        ShownPage shown;
        QVERIFY(shown.isReady());
        const auto fields = shown.page.findChildren<QLineEdit*>();
        auto* filter = *std::ranges::find(fields, QStringLiteral("Find runs"), &QWidget::accessibleName);
        auto* tags = *std::ranges::find(fields, QStringLiteral("Tags of the run"), &QWidget::accessibleName);
        QTest::keyClicks(tags, QStringLiteral("paper, turning"));
        QTest::keyClick(tags, Qt::Key_Return);
        const auto hasTags = [&] {
            const auto& runs = shown.page.presenter().runs();
            return !runs.empty() && runs.front().tags.size() == 2;
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasTags(), 20'000);
        QTest::keyClicks(filter, QStringLiteral("turning"));
        QTRY_COMPARE(shown.table().model()->rowCount(), 1);
        QTest::keyClicks(filter, QStringLiteral("zzz"));
        QTRY_COMPARE(shown.table().model()->rowCount(), 0);
    }

    void theChooserChangesThePlotAndTheSentences()
    {
        ShownPage shown;
        QVERIFY(shown.isReady());
        auto* plot = shown.page.findChild<CurvePlot*>();
        QTRY_VERIFY(plot->figure().axis == FigureAxis::Time && plot->figure().hasPoints());
        const auto boxes = shown.page.findChildren<QComboBox*>();
        auto* view = *std::ranges::find(boxes, QStringLiteral("What the figure is of"), &QWidget::accessibleName);
        QTest::keyClick(view, Qt::Key_Down);
        QTRY_VERIFY_WITH_TIMEOUT(plot->figure().axis == FigureAxis::SinceShift, 30'000);
        QCOMPARE(shown.page.findChild<QGroupBox*>()->title(), QStringLiteral("Shifts of taste"));
    }

    void theExportDialogWritesATableAndShowsIt()
    {
        ShownPage shown;
        QVERIFY(shown.isReady());
        QTest::mouseClick(button(shown.page, QStringLiteral("Export…")), Qt::LeftButton);
        auto* dialog = shown.page.findChild<ExportDialog*>();
        QVERIFY(dialog);
        auto* what = dialog->findChild<QComboBox*>();
        const auto labels = dialog->findChildren<QLabel*>();
        auto* preview = *std::ranges::find(labels, QStringLiteral("Preview"), &QWidget::accessibleName);
        QVERIFY(!preview->pixmap().isNull());
        what->setCurrentIndex(what->findText(QStringLiteral("Table as Markdown")));
        QVERIFY(preview->text().startsWith(QStringLiteral("| metric | n |")));
        QVERIFY(dialog->path().endsWith(QStringLiteral(".md")));
        dialog->setPath(shown.world.file("table.md"));
        QSignalSpy noted(&shown.page, &ResultsPage::noted);
        QTest::mouseClick(button(*dialog, QStringLiteral("Export")), Qt::LeftButton);
        QVERIFY(noted.wait(20'000));
        QVERIFY(QFile::exists(shown.world.file("table.md")));
    }

    void aPointLeadsToItsMomentOnlyWithTheRunsData()
    {
        ShownPage shown(false);
        QVERIFY(shown.isReady());
        QSignalSpy problem(&shown.page, &ResultsPage::problem);
        auto* plot = shown.page.findChild<CurvePlot*>();
        QTRY_VERIFY(plot->figure().hasPoints());
        plot->drawNow();
        const auto& curve = plot->figure().panels.front().curves.front();
        const auto point = std::ranges::find_if(curve.points, [](const auto& p) { return p.value.has_value(); });
        const auto place = plot->placeOf(0, 0, std::size_t(point - curve.points.begin()));
        QVERIFY(place);
        auto* canvas = plot->findChild<QWidget*>(QString(), Qt::FindDirectChildrenOnly);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, *place);
        QCOMPARE(problem.count(), 1);
        OpenDataset open;
        open.path = QStringLiteral("planted");
        open.history = std::make_shared<const data::UserHistory>(
            test::plantedData(), data::LabelRule::defaultFor(test::plantedData()->ratingKind()));
        shown.world.workspace->focus().setDataset(std::move(open));
        QSignalSpy wanted(&shown.page, &ResultsPage::momentWanted);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, *place);
        QVERIFY(wanted.wait(20'000));
        QVERIFY(shown.world.workspace->focus().moment().has_value());
    }

    void pictures()
    {
        const QString folder = qEnvironmentVariable("DRIFTSCOPE_PICTURES");
        if (folder.isEmpty())
            QSKIP("DRIFTSCOPE_PICTURES names no folder.");
        ShownPage shown;
        QVERIFY(shown.isReady());
        auto* plot = shown.page.findChild<CurvePlot*>();
        for (const int view : {0, 1, 3, 4}) {
            shown.page.presenter().setView(static_cast<ResultView>(view));
            QVERIFY(shown.isReady());
            plot->drawNow();
            QTest::mouseMove(plot->findChild<QWidget*>(QString(), Qt::FindDirectChildrenOnly), QPoint(200, 120));
            QTest::qWait(50);
            shown.page.grab().save(folder + QStringLiteral("/results-%1.png").arg(view));
        }
        shown.page.exportFigure();
        auto* dialog = shown.page.findChild<ExportDialog*>();
        QTest::qWait(50);
        dialog->grab().save(folder + QStringLiteral("/export.png"));
    }
};

QTEST_MAIN(TestResults)
#include "tst_results.moc"
