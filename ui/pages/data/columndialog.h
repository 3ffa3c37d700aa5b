// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/listtablemodel.h"
#include "ui/pages/data/columnsession.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace driftscope::ui {

/// Which column of a table is the user, the item, ..., with the first rows as they stand and as they would be read.
class ColumnDialog : public QDialog
{
    Q_OBJECT

public:
    ColumnDialog(const QString& path, const DatasetForm& form, QWidget* parent = nullptr);
    [[nodiscard]] ColumnSession& session() { return m_session; }

signals:
    /// A person wants the table to be opened so.
    void openWanted(const QString& path, const driftscope::ui::DatasetForm& form);

private:
    QWidget* createChoices();
    QWidget* createTables();
    void takeChoice();
    void showPreview(const data::TablePreview& preview);
    void showState();
    void fillColumns(const data::TablePreview& preview);

    ColumnSession m_session;
    std::vector<QComboBox*> m_columns; ///< one a part
    QComboBox* m_separator;
    QCheckBox* m_hasHeader;
    QLabel* m_file;
    QLabel* m_verdict;
    QTableView* m_sourceTable;
    QTableView* m_readTable;
    std::unique_ptr<ListTableModel<data::PreviewRow>> m_source;
    std::unique_ptr<ListTableModel<data::PreviewRow>> m_read;
    QPushButton* m_open;
};

} // namespace driftscope::ui
