// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/aboutdialog.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFile>
#include <QFontDatabase>
#include <QHeaderView>
#include <QIcon>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace driftscope::ui {

AboutDialog::AboutDialog(const std::vector<Component>& parts, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("About Driftscope"));
    resize(720, 480);
    auto* tabs = new QTabWidget(this);
    tabs->addTab(createParts(parts), tr("Versions and licences"));
    tabs->addTab(createLicence(), tr("GNU General Public License"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* copy = buttons->addButton(tr("&Copy versions"), QDialogButtonBox::ActionRole);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(createSummary(parts.front()));
    layout->addWidget(tabs, 1);
    layout->addWidget(buttons);
    connect(copy, &QPushButton::clicked, this, [parts] { QApplication::clipboard()->setText(versionText(parts)); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
}

QWidget* AboutDialog::createSummary(const Component& program)
{
    auto* box = new QWidget(this);
    auto* layout = new QHBoxLayout(box);
    auto* icon = new QLabel(box);
    icon->setPixmap(QIcon(QStringLiteral(":/icons/driftscope.svg")).pixmap(64, 64));
    auto* text = new QLabel(tr("<b>Driftscope %1</b><br>In-context-learning recommendation over simulated time.<br>"
                               "Everything runs on this computer; nothing is sent anywhere.<br>"
                               "Free software under the GNU GPL, version 3 or later, without any warranty.")
                                .arg(program.version.toHtmlEscaped()),
                            box);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    layout->addWidget(icon);
    layout->addWidget(text, 1);
    return box;
}

QWidget* AboutDialog::createParts(const std::vector<Component>& parts)
{
    const QStringList titles {tr("Part"), tr("Version"), tr("Licence"), tr("What for")};
    auto* table = new QTableWidget(static_cast<int>(parts.size()), static_cast<int>(titles.size()), this);
    table->setAccessibleName(tr("Parts of the program"));
    table->setHorizontalHeaderLabels(titles);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    for (int row = 0; row < table->rowCount(); ++row) {
        const Component& part = parts[static_cast<std::size_t>(row)];
        const QStringList fields {part.name, part.version.isEmpty() ? tr("as built") : part.version, part.licence,
                                  part.purpose};
        for (int column = 0; column < fields.size(); ++column)
            table->setItem(row, column, new QTableWidgetItem(fields[column]));
    }
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(table->columnCount() - 1, QHeaderView::Stretch);
    return table;
}

QWidget* AboutDialog::createLicence()
{
    auto* text = new QPlainTextEdit(this);
    text->setReadOnly(true);
    text->setTabChangesFocus(true);
    text->setAccessibleName(tr("Text of the licence"));
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    QFile licence(QStringLiteral(":/LICENSE"));
    if (licence.open(QIODevice::ReadOnly))
        text->setPlainText(QString::fromUtf8(licence.readAll()));
    return text;
}

} // namespace driftscope::ui
