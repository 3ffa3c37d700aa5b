// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/runmanifest.h"
#include "ui/pages/results/resultspage.h"
#include "ui/plots/curveplot.h"

#include <QComboBox>
#include <QGroupBox>
#include <QSignalSpy>
#include <QTest>

#include "tests/core/simulate/plantedrun.h"
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

/// Stores a run of the oracles on planted data; with `knowsShifts`, as it is, else as if of other data.
store::RunId storeRun(const TestWorld& world, bool knowsShifts)
{
    const auto run = test::plantedRun();
    const auto prepared = test::prepare(run.experiment, test::plantedData());
    auto manifest = simulate::runManifest(prepared, {});
    if (!knowsShifts)
        manifest.erase("shifts");
    const auto runStore =
        store::RunStore::open(world.file("runs.sqlite").toStdString(), store::RunStore::Access::ReadWrite);
    const auto id = (*runStore)->createRun("planted", run.experiment.hash(), manifest,
                                           static_cast<std::int64_t>(run.records.size()));
    if (!id || !(*runStore)->append(*id, run.records) || !(*runStore)->setState(*id, store::RunState::Finished))
        qFatal("the run cannot be stored");
    return *id;
}

bool choose(ResultsPresenter& presenter, store::RunId run)
{
    QSignalSpy ended(&presenter.runJob(), &JobRunner::ended);
    presenter.choose(run);
    return (presenter.result() || ended.wait(30'000)) && presenter.result().has_value();
}

} // namespace

class TestResults : public QObject
{
    Q_OBJECT

private slots:
    void aRunHasAFigureAnAxis()
    {
        TestWorld world;
        ResultsPresenter presenter(world.file("runs.sqlite").toStdString());
        QVERIFY(presenter.emptyText().contains(QStringLiteral("No run")));
        QVERIFY(choose(presenter, storeRun(world, true)));
        const RunResult& result = *presenter.result();
        QVERIFY(result.along(FigureAxis::Time).hasPoints());
        const Figure& aligned = result.along(FigureAxis::SinceShift);
        QVERIFY(aligned.hasPoints());
        QVERIFY(aligned.axis == FigureAxis::SinceShift);
        QVERIFY(aligned.panels[0].curves[0].points.front().at < 0);
        QVERIFY(aligned.panels[0].random.has_value());
        QVERIFY(aligned.caption.contains(QStringLiteral("shifts of")));
        QVERIFY(!result.along(FigureAxis::Lag).hasPoints());
        presenter.setAxis(FigureAxis::Lag);
        QVERIFY(presenter.emptyText().contains(QStringLiteral("three arms")));
    }

    void recoveriesAreSaidInWords()
    {
        TestWorld world;
        ResultsPresenter presenter(world.file("runs.sqlite").toStdString());
        QVERIFY(presenter.recoveries().isEmpty());
        QVERIFY(choose(presenter, storeRun(world, true)));
        const QString all = presenter.recoveries().join(QLatin1Char('\n'));
        QVERIFY2(all.contains(QStringLiteral("stale-oracle loses ")), qPrintable(all));
        QVERIFY2(all.contains(QStringLiteral("more than 25 events")) || all.contains(QStringLiteral("more than 25 [")),
                 qPrintable(all));
        QVERIFY2(all.contains(QStringLiteral("90 % are back after")), qPrintable(all));
    }

    void withoutKnownShiftsThePageSaysWhatToDo()
    {
        TestWorld world;
        ResultsPresenter presenter(world.file("runs.sqlite").toStdString());
        QVERIFY(choose(presenter, storeRun(world, false)));
        QVERIFY(presenter.recoveries().isEmpty());
        QSignalSpy changed(&presenter, &ResultsPresenter::resultChanged);
        presenter.setAxis(FigureAxis::SinceShift);
        QCOMPARE(changed.count(), 1);
        presenter.setAxis(FigureAxis::SinceShift);
        QCOMPARE(changed.count(), 1);
        QVERIFY(presenter.emptyText().contains(QStringLiteral("--shifts detected")));
    }

    void theChooserChangesThePlotAndTheSentences()
    {
        TestWorld world;
        const auto run = storeRun(world, true);
        ResultsPage page(*world.workspace);
        page.showRun(run);
        QTRY_VERIFY_WITH_TIMEOUT(page.presenter().result().has_value() && !page.presenter().isStale(), 30'000);
        auto* plot = page.findChild<CurvePlot*>();
        QTRY_VERIFY(plot->figure().axis == FigureAxis::Time && plot->figure().hasPoints());
        page.findChild<QComboBox*>()->setCurrentIndex(1);
        QVERIFY(plot->figure().axis == FigureAxis::SinceShift);
        QCOMPARE(page.findChild<QGroupBox*>()->title(), QStringLiteral("Shifts of taste"));
    }
};

QTEST_MAIN(TestResults)
#include "tst_results.moc"
