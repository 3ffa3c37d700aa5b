// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/cardview.h"

#include <QFormLayout>
#include <QLabel>
#include <QTest>

using namespace driftscope::ui;

namespace {

/// The texts of the card below its heading, line by line.
QStringList lines(const CardView& card)
{
    QStringList found;
    const auto* form = card.findChild<QFormLayout*>();
    for (int row = 0; row < form->rowCount(); ++row) {
        QStringList parts;
        for (const auto role : {QFormLayout::LabelRole, QFormLayout::FieldRole})
            if (const auto* item = form->itemAt(row, role))
                parts << qobject_cast<QLabel*>(item->widget())->text();
        found << parts.join(QLatin1Char('|'));
    }
    return found;
}

} // namespace

class TestCardView : public QObject
{
    Q_OBJECT

private slots:
    void rowsAreReplacedAndTheirLabelsKept()
    {
        CardView card(QStringLiteral("Card"));
        card.setEmptyText(QStringLiteral("nothing yet"));
        QCOMPARE(lines(card), QStringList {QStringLiteral("nothing yet")});
        card.setRows({{QStringLiteral("Users"), QStringLiteral("3"), QStringLiteral("people")},
                      {QStringLiteral("Items"), QStringLiteral("5"), {}}});
        QCOMPARE(lines(card), (QStringList {QStringLiteral("Users|3"), QStringLiteral("Items|5")}));
        const auto* form = card.findChild<QFormLayout*>();
        const QWidget* first = form->itemAt(0, QFormLayout::FieldRole)->widget();
        QCOMPARE(first->toolTip(), QStringLiteral("people"));
        card.setRows({{QStringLiteral("Moments"), QStringLiteral("8"), {}}});
        QCOMPARE(lines(card), QStringList {QStringLiteral("Moments|8")});
        QCOMPARE(form->itemAt(0, QFormLayout::FieldRole)->widget(), first); // making labels takes time
        QVERIFY(first->toolTip().isEmpty());
        card.setRows({});
        QCOMPARE(lines(card), QStringList {QStringLiteral("nothing yet")});
    }
};

QTEST_MAIN(TestCardView)
#include "tst_cardview.moc"
