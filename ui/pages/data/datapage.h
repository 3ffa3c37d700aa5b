// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"
#include "ui/models/interactiontablemodel.h"
#include "ui/models/tables.h"
#include "ui/widgets/cardview.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QTableView;
class QTabWidget;

namespace driftscope::ui {

class JobStrip;
class PathField;
class PeriodPlot;

/// The pages folder holds one folder a page: widgets, and a presenter without widgets where there is more to it.
///
/// A dataset: opening it, what to know about it, its rows and what could not be read.
class DataPage : public QWidget
{
    Q_OBJECT

public:
    explicit DataPage(Workspace& workspace, QWidget* parent = nullptr);
    void chooseFolder();
    void chooseFile();

signals:
    /// A person wants to see this interaction's moment.
    void momentWanted();

private:
    QWidget* createTop();
    QWidget* createCards();
    QWidget* createTables();
    void connectAll();
    void showDataset();
    void sortInteractions(int column, Qt::SortOrder order);
    void probeRow(const QModelIndex& index);

    Workspace& m_workspace;
    InteractionTableModel m_interactions;
    std::unique_ptr<BadRowModel> m_badRows;
    JobRunner m_sortJob;
    PathField* m_path;
    QComboBox* m_label;
    JobStrip* m_job;
    CardView* m_card;
    PeriodPlot* m_periods;
    QTabWidget* m_tabs;
    QTableView* m_table;
    QTableView* m_badRowTable;
};

/// The health card's lines, for people.
[[nodiscard]] std::vector<CardRow> healthRows(const data::HealthCard& card);

} // namespace driftscope::ui
