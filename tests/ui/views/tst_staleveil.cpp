// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/staleveil.h"

#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace driftscope::ui;

class TestStaleVeil : public QObject
{
    Q_OBJECT

private slots:
    void whatStaysOldIsCoveredUntilItIsAnswered()
    {
        QPlainTextEdit text;
        text.show();
        QVERIFY(QTest::qWaitForWindowExposed(&text));
        setGreyed(text, false);
        QVERIFY(!text.findChild<StaleVeil*>()); // nothing was ever old
        setGreyed(text, true);
        const auto* veil = text.findChild<StaleVeil*>();
        QVERIFY(!veil->isVisible()); // it may be answered within a blink
        QTRY_VERIFY(veil->isVisible());
        QCOMPARE(veil->geometry(), text.viewport()->geometry());
        text.resize(300, 500);
        QTRY_COMPARE(veil->geometry(), text.viewport()->geometry());
        setGreyed(text, false);
        QVERIFY(!veil->isVisible());
    }

    void whatIsAnsweredWithinABlinkIsNeverCovered()
    {
        QWidget widget;
        widget.show();
        QVERIFY(QTest::qWaitForWindowExposed(&widget));
        setGreyed(widget, true);
        const auto* veil = widget.findChild<StaleVeil*>();
        const auto* blink = veil->findChild<QTimer*>();
        QVERIFY(blink->isActive());
        setGreyed(widget, false);
        QVERIFY(!blink->isActive());
        QVERIFY(!veil->isVisible());
    }

    void clicksGoThrough()
    {
        QWidget box;
        QPushButton button(QStringLiteral("Go"), &box);
        box.show();
        QVERIFY(QTest::qWaitForWindowExposed(&box));
        setGreyed(box, true);
        QTRY_VERIFY(box.findChild<StaleVeil*>()->isVisible());
        QCOMPARE(box.childAt(button.geometry().center()), &button);
    }
};

QTEST_MAIN(TestStaleVeil)
#include "tst_staleveil.moc"
