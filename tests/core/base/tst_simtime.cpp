// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/simtime.h"

#include <QTest>

using namespace driftscope;

class SimTimeTest : public QObject
{
    Q_OBJECT

private slots:
    void readsDatesAndSeconds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("seconds");
        QTest::newRow("unix seconds") << "881250949" << qint64(881250949);
        QTest::newRow("date") << "1997-12-04" << qint64(881193600);
        QTest::newRow("date and minute") << "1997-12-04 15:55" << qint64(881250900);
        QTest::newRow("date and second") << "1997-12-04 15:55:49" << qint64(881250949);
        QTest::newRow("ISO 8601") << "1997-12-04T15:55:49Z" << qint64(881250949);
        QTest::newRow("leap day") << "2000-02-29" << qint64(951782400);
    }
    void readsDatesAndSeconds()
    {
        QFETCH(QString, text);
        QFETCH(qint64, seconds);
        QCOMPARE(toUnix(parseTime(text.toStdString()).value()), seconds);
    }

    void refusesWhatIsNoTime_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "soon", "1997-13-01", "1997-02-30", "1997-12-04 25:00", "1997-12-04x", "12.5"})
            QTest::newRow(text[0] ? text : "empty") << text;
    }
    void refusesWhatIsNoTime()
    {
        QFETCH(QString, text);
        QCOMPARE(parseTime(text.toStdString()).error().code, ErrorCode::BadTime);
    }

    void formatIsReadAgain()
    {
        const SimTime time = fromUnix(881250949);
        QCOMPARE(formatTime(time), std::string("1997-12-04 15:55:49"));
        QVERIFY(parseTime(formatTime(time)).value() == time);
    }
};

QTEST_APPLESS_MAIN(SimTimeTest)
#include "tst_simtime.moc"
