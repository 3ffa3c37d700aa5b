// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings.h"
#include "ui/settings/settingsfile.h"

#include <QSettings>
#include <QStandardPaths>
#include <QTest>

using namespace driftscope::ui;

class TestSettings : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("driftscope-test"));
        QCoreApplication::setApplicationName(QStringLiteral("settings"));
        QSettings().clear();
        QSettings().setValue(QStringLiteral("look/typePercent"), 7); // by hand, too small to read
        QSettings().setValue(QStringLiteral("look/theme"), QStringLiteral("mauve"));
        QSettings().setValue(QStringLiteral("compute/threads"), 3);
    }

    void whatTheFileHoldsIsReadAndWhatMakesNoSenseIsLeftOut()
    {
        const Settings settings;
        QCOMPARE(settings.threads(), 3);
        QCOMPARE(settings.typePercent(), 100);
        QCOMPARE(settings.theme(), Theme::System);
        QCOMPARE(settings.recentPaths(QStringLiteral("dataset")), QStringList());
        QCOMPARE(settings.tokensPerSecond(QStringLiteral("tiny/cpu")), 0.0);
    }

    void whatIsSetHoldsAtOnceAndStandsInTheFileInTheEnd()
    {
        Settings settings;
        const QStringList paths {QStringLiteral("/a"), QStringLiteral("/b")};
        settings.setTheme(Theme::Light);
        settings.setTheme(Theme::Dark); // the last one counts, however late the file is written
        settings.setRecentPaths(QStringLiteral("dataset"), paths);
        settings.setFigureSize({85, 60});
        settings.setLastOpened({QStringLiteral("/a"), {}, QStringLiteral("/e.json"), true});
        QCOMPARE(settings.theme(), Theme::Dark);
        QCOMPARE(settings.recentPaths(QStringLiteral("dataset")), paths);
        settingsFile().waitUntilWritten();

        const QSettings file;
        QCOMPARE(file.value(QStringLiteral("look/theme")).toInt(), int(Theme::Dark));
        QCOMPARE(file.value(QStringLiteral("recent/dataset")).toStringList(), paths);
        QCOMPARE(file.value(QStringLiteral("figure/sizeMm")).toSizeF(), QSizeF(85, 60));
        QVERIFY(file.value(QStringLiteral("last/isModelLoaded")).toBool());
        QCOMPARE(file.value(QStringLiteral("compute/threads")).toInt(), 3); // left alone
    }
};

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
