// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/shippedmenu.h"

#include <QFileInfo>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace driftscope::ui;

class TestShippedMenu : public QObject
{
    Q_OBJECT

private slots:
    void readyExperimentsStandThereByTheirNames()
    {
        ShippedMenu menu(QStringLiteral("Ready-made"), QStringLiteral("resources/experiments"), nullptr);
        QTRY_VERIFY(menu.isEnabled());
        const auto actions = menu.actions();
        const auto drift = std::ranges::find(actions, QStringLiteral("Drift, seen"), &QAction::text);
        QVERIFY(drift != actions.end());
        QVERIFY((*drift)->toolTip().contains(QStringLiteral("planted data")));
        QVERIFY(std::ranges::is_sorted(actions, {}, &QAction::text));
        QSignalSpy chosen(&menu, &ShippedMenu::chosen);
        (*drift)->trigger();
        QCOMPARE(QFileInfo(chosen.value(0).value(0).toString()).fileName(), QStringLiteral("drift-seen.json"));
        for (const QAction* action : actions) // a schema has no name
            QVERIFY(!action->text().isEmpty());
    }

    void whatIsNotThereIsNotOffered()
    {
        const ShippedMenu menu(QStringLiteral("Ready-made"), QStringLiteral("resources/nothing"), nullptr);
        QVERIFY(!menu.isEnabled());
    }
};

QTEST_MAIN(TestShippedMenu)
#include "tst_shippedmenu.moc"
