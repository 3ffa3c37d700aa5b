// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/pathrecogniser.h"

#include <QSignalSpy>
#include <QTest>

using namespace driftscope::ui;

class TestPathRecogniser : public QObject
{
    Q_OBJECT

private slots:
    void pathsAreRecognisedOneAfterTheOther()
    {
        const QString source = QStringLiteral(DRIFTSCOPE_SOURCE_DIR);
        const QStringList paths {source + QStringLiteral("/resources/experiments/drift-seen.json"),
                                 source + QStringLiteral("/datasets/planted"), QStringLiteral("/nowhere")};
        PathRecogniser recogniser;
        QSignalSpy recognised(&recogniser, &PathRecogniser::recognised);
        for (const QString& path : paths)
            recogniser.recognise(path);
        QVERIFY(recognised.isEmpty()); // never at once
        QTRY_COMPARE(recognised.size(), 3);
        const QList<PathKind> kinds {PathKind::Experiment, PathKind::Dataset, PathKind::Missing};
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(recognised[i][0].toString(), paths[i]);
            QCOMPARE(recognised[i][1].value<PathKind>(), kinds[i]);
        }
    }

    void whatIsThereIsTakenForWhatItIsSaidToBe()
    {
        PathRecogniser recogniser;
        QSignalSpy recognised(&recogniser, &PathRecogniser::recognised);
        recogniser.recognise(QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/datasets/planted"), PathKind::Checkpoint);
        recogniser.recognise(QStringLiteral("/nowhere"), PathKind::Checkpoint);
        QTRY_COMPARE(recognised.size(), 2);
        QCOMPARE(recognised[0][1].value<PathKind>(), PathKind::Checkpoint);
        QCOMPARE(recognised[1][1].value<PathKind>(), PathKind::Missing);
    }

    void aPathAskedForByWhoHearsOfAnotherIsNotLost()
    {
        PathRecogniser recogniser;
        QStringList heard;
        connect(&recogniser, &PathRecogniser::recognised, this, [&](const QString& path) {
            heard << path;
            if (heard.size() == 1)
                recogniser.recognise(QStringLiteral("/second"));
        });
        recogniser.recognise(QStringLiteral("/first"));
        QTRY_COMPARE(heard, (QStringList {QStringLiteral("/first"), QStringLiteral("/second")}));
    }
};

QTEST_GUILESS_MAIN(TestPathRecogniser)
#include "tst_pathrecogniser.moc"
