// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/listtablemodel.h"
#include "ui/pages/data/datasession.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace driftscope::ui {

class EmptyText;

/// An item as the search lists it.
struct ItemRow {
    data::ItemMatch match;
    QString title;
    QString id;
    QString genres;
};

/// Search for items by words of their titles, with how often each occurs.
class ItemView : public QWidget
{
    Q_OBJECT

public:
    /// @param workspace, session  outlive the view.
    ItemView(Workspace& workspace, DataSession& session, QWidget* parent = nullptr);

signals:
    /// A person wants to see the interactions of this item.
    void itemChosen(data::ItemIndex item, const QString& title);

private:
    void showItems();
    void choose();

    Workspace& m_workspace;
    DataSession& m_session;
    std::unique_ptr<ListTableModel<ItemRow>> m_items;
    QLineEdit* m_words;
    QLabel* m_count;
    QTableView* m_table;
    EmptyText* m_empty;
    QPushButton* m_show;
};

} // namespace driftscope::ui
