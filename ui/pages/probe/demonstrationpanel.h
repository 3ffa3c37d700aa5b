// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/probetables.h"
#include "ui/pages/probe/demonstrationeditor.h"

#include <QWidget>

class QAction;
class QLabel;
class QMenu;
class QTableView;
class QToolButton;

namespace driftscope::ui {

class ProbeAnalyses;

/// The demonstrations of the moment with what each does, and the ways to change them: buttons, keys, the context menu,
/// and dragging a row by its number.
class DemonstrationPanel : public QWidget
{
    Q_OBJECT

public:
    DemonstrationPanel(ProbePresenter& presenter, ProbeAnalyses& analyses, QWidget* parent = nullptr);

    /// For the menu; their shortcuts hold while the page has the focus.
    [[nodiscard]] QList<QAction*> editActions() const { return m_editActions; }
    void showAnswer(); ///< what the presenter says now
    /// Opens the search for a demonstration to add, or to put in place of the row chosen.
    void add();
    void replace();

private:
    QAction* createAction(const QString& text, const QString& help, const QKeySequence& keys,
                          std::function<void()> call);
    void createActions();
    void createControls();
    void createTable();
    QWidget* createButtons();
    [[nodiscard]] int row() const;
    void moveBy(int rows);
    void takeDrag(int from, int to);
    void enableActions();
    void pick(const QString& title, std::function<void(data::InteractionIndex)> take);

    ProbePresenter& m_presenter;
    ProbeAnalyses& m_analyses;
    DemonstrationEditor m_editor;
    std::unique_ptr<DemonstrationModel> m_model;
    QTableView* m_table;
    QLabel* m_note;
    QMenu* m_controls;
    QToolButton* m_controlsButton = nullptr;
    QList<QAction*> m_editActions;
    QList<QAction*> m_rowActions; ///< need a row
    QAction* m_pin = nullptr;
    QAction* m_up = nullptr;
    QAction* m_down = nullptr;
    QAction* m_add = nullptr;
    QAction* m_reset = nullptr;
};

} // namespace driftscope::ui
