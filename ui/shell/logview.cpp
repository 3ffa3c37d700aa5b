// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/logview.h"

#include "ui/shell/eventlog.h"
#include "ui/views/tableviews.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QPushButton>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

namespace driftscope::ui {

LogView::LogView(EventLog& log, QWidget* parent)
    : QDialog(parent)
    , m_log(log)
    , m_table(new QTableView(this))
{
    setWindowTitle(tr("Log of this session"));
    resize(860, 420);
    dressTable(*m_table, log, EventLog::What);
    m_table->setAccessibleName(tr("What happened, with the time"));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* copy = buttons->addButton(tr("&Copy all"), QDialogButtonBox::ActionRole);
    copy->setToolTip(tr("The whole log as text; Ctrl+C copies the chosen rows"));
    auto* clear = buttons->addButton(tr("C&lear"), QDialogButtonBox::ActionRole);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_table);
    layout->addWidget(buttons);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_log.text()); });
    connect(clear, &QPushButton::clicked, this, [this] { m_log.clear(); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(new QShortcut(QKeySequence::Copy, m_table), &QShortcut::activated, this, &LogView::copyChosen);
    connect(&log, &QAbstractItemModel::rowsInserted, m_table, &QTableView::scrollToBottom, Qt::QueuedConnection);
}

void LogView::copyChosen()
{
    QList<int> rows;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        rows << index.row();
    std::sort(rows.begin(), rows.end());
    QApplication::clipboard()->setText(m_log.text(rows));
}

} // namespace driftscope::ui
