// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/data/datasession.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QModelIndex;
class QPushButton;
class QTableView;

namespace driftscope::ui {

class EmptyText;

/// All interactions of the dataset, with a filter above them.
class InteractionView : public QWidget
{
    Q_OBJECT

public:
    /// @param session  outlives the view.
    explicit InteractionView(DataSession& session, QWidget* parent = nullptr);
    /// Shows the interactions of one item.
    void showItem(data::ItemIndex item, const QString& title);
    void focusFilter();
    /// A letter typed in the table goes to the filter.
    bool eventFilter(QObject* watched, QEvent* event) override;

signals:
    /// A person wants to see the moment of this interaction.
    void momentChosen(data::InteractionIndex interaction);

private:
    QWidget* createFilter();
    void takeFilter();
    void clearFilter();
    void showState();

    DataSession& m_session;
    QLineEdit* m_user;
    QLineEdit* m_words;
    QComboBox* m_label;
    QPushButton* m_clear;
    QPushButton* m_probe;
    QLabel* m_count;
    QTableView* m_table;
    EmptyText* m_empty;
    std::optional<data::ItemIndex> m_item; ///< whose title stands in m_words
};

} // namespace driftscope::ui
