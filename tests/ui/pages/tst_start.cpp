// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/drifttruth.h"
#include "ui/pages/start/startpage.h"

#include <QDir>
#include <QToolButton>

#include "tests/ui/support/buttons.h"
#include "tests/ui/support/testworld.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

/// The recent path of this name, as a person finds it.
QToolButton* link(QWidget& page, const QString& name)
{
    for (auto* candidate : page.findChildren<QToolButton*>())
        if (candidate->text() == name)
            return candidate;
    return nullptr;
}

} // namespace

class TestStart : public QObject
{
    Q_OBJECT

private slots:
    void seeDriftStandsAfterAShiftWithTheModelLoaded()
    {
        TestWorld world;
        StartPresenter presenter(*world.workspace, world.folder.path().toStdString());
        QVERIFY(!presenter.driftExperiment().isEmpty());
        QSignalSpy ready(&presenter, &StartPresenter::driftReady);
        presenter.seeDrift();
        QVERIFY(ready.wait(20'000));
        const Focus& focus = world.workspace->focus();
        QTRY_VERIFY(focus.engine());
        QCOMPARE(focus.experiment().arms[focus.arm()].name, std::string("fresh"));
        const data::Dataset& dataset = focus.dataset()->dataset();
        QVERIFY(focus.moment() && dataset.truth());
        const data::UserIndex user = dataset.user(*focus.moment());
        const auto own = dataset.ofUser(user);
        const auto event = static_cast<std::size_t>(std::ranges::find(own, *focus.moment()) - own.begin());
        QVERIFY(dataset.truth()->users[user].shiftsUpTo(event) > 0);
    }

    void aSecondClickFindsEverythingOpen()
    {
        TestWorld world;
        StartPresenter presenter(*world.workspace, world.folder.path().toStdString());
        QSignalSpy ready(&presenter, &StartPresenter::driftReady);
        presenter.seeDrift();
        QVERIFY(ready.wait(20'000));
        const auto moment = world.workspace->focus().moment();
        QTRY_VERIFY(world.workspace->focus().engine());
        world.workspace->focus().setMoment({});
        presenter.seeDrift();
        QTRY_COMPARE(ready.size(), 2);
        QCOMPARE(world.workspace->focus().moment(), moment);
    }

    void whatIsNotSetUpIsSaidWithItsCommand()
    {
        TestWorld world;
        StartPresenter presenter(*world.workspace, world.folder.path().toStdString());
        QVERIFY(!presenter.prepared().isComplete());
        QSignalSpy failed(&presenter, &StartPresenter::failed);
        presenter.probeReal();
        QCOMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().toString().contains(QStringLiteral("packaging/setup.sh")));
    }

    void aFlatDatasetHasNoMomentAfterAShift()
    {
        TestWorld world;
        QVERIFY(world.openDataset());
        QVERIFY(!momentAfterShift(world.workspace->focus().dataset()->dataset()));
    }

    void recentPathsAreRememberedNewestFirst()
    {
        TestWorld world;
        RecentPaths recent(*world.workspace);
        recent.clear();
        QVERIFY(recent.isEmpty());
        for (int i = 0; i < RecentPaths::most + 3; ++i)
            recent.add(RecentKind::Checkpoint, QStringLiteral("/models/%1").arg(i));
        QCOMPARE(recent.paths(RecentKind::Checkpoint).size(), RecentPaths::most);
        recent.add(RecentKind::Checkpoint, QStringLiteral("/models/7"));
        QCOMPARE(recent.paths(RecentKind::Checkpoint).first(), QStringLiteral("/models/7"));
        QCOMPARE(recent.paths(RecentKind::Checkpoint).count(QStringLiteral("/models/7")), 1);
        QVERIFY(world.openDataset());
        QCOMPARE(recent.paths(RecentKind::Dataset), QStringList {world.file("interactions.csv")});
        QVERIFY(RecentPaths(*world.workspace).paths(RecentKind::Checkpoint) == recent.paths(RecentKind::Checkpoint));
        recent.clear();
    }

    void theCardsAndTheListOfRecentFilesAreClicked()
    {
        TestWorld world;
        RecentPaths recent(*world.workspace);
        recent.clear();
        recent.add(RecentKind::Dataset, QStringLiteral("/data/films"));
        StartPage page(*world.workspace, recent);
        page.show();
        QSignalSpy chosen(&page, &StartPage::recentWanted);
        QVERIFY(link(page, QStringLiteral("films")));
        QTest::mouseClick(link(page, QStringLiteral("films")), Qt::LeftButton);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.first().at(1).toString(), QStringLiteral("/data/films"));
        QSignalSpy ready(&page.presenter(), &StartPresenter::driftReady);
        QTest::mouseClick(button(page, QStringLiteral("&See drift happen")), Qt::LeftButton);
        QVERIFY(ready.wait(20'000));
        QVERIFY(link(page, QStringLiteral("planted"))); // it is a recent dataset now
        recent.clear();
    }
};

QTEST_MAIN(TestStart)
#include "tst_start.moc"
