// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/data/datasession.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QTabWidget;

namespace driftscope::ui {

class BadRowView;
class HealthView;
class InteractionView;
class JobStrip;
class PathField;

/// The pages folder holds one folder a page: widgets, and a presenter without widgets where there is more to it.
///
/// A dataset: opening it, what to know about it, its rows and what could not be read.
class DataPage : public QWidget
{
    Q_OBJECT

public:
    explicit DataPage(Workspace& workspace, QWidget* parent = nullptr);
    /// As if its path had been typed: it stands in the field even when it cannot be opened.
    void open(const QString& path);
    void chooseFolder();
    void chooseFile();
    /// Lets a person say which column is what: of the open table, or of the one whose path stands in the field.
    void chooseColumns();
    [[nodiscard]] DataSession& session() { return m_session; }

signals:
    /// A person wants to see this interaction's moment.
    void momentWanted();
    void noted(const QString& message);
    void problem(const QString& message);

private:
    QWidget* createTop();
    QWidget* createTables();
    void connectAll();
    void showDataset();
    void showHealth();
    void showFormat(bool isUnread = false); ///< isUnread = the path in the field could not be opened
    void showRule();
    void applyRule();
    void probe(data::InteractionIndex interaction);

    Workspace& m_workspace;
    DataSession m_session;
    PathField* m_path;
    QLabel* m_format;
    QPushButton* m_columns;
    QComboBox* m_label;
    QLabel* m_ruleText;
    QPushButton* m_applyRule;
    JobStrip* m_job;
    HealthView* m_health;
    QTabWidget* m_tabs;
    InteractionView* m_interactions;
    BadRowView* m_badRows;
};

} // namespace driftscope::ui
