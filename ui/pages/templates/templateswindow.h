// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/templates/templatespresenter.h"

#include <QMainWindow>

class QComboBox;
class QLabel;
class QListWidget;
class QMenu;
class QPushButton;
class QSplitter;

namespace driftscope::ui {

class MessageBar;
class PromptView;
class TemplateForm;
class TokenRuler;

/// The template editor: a window of its own beside the main one. Built-in templates can be looked at and duplicated;
/// one's own are stored while they are typed.
class TemplatesWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// @param workspace  outlives the window.
    explicit TemplatesWindow(Workspace& workspace, QWidget* parent = nullptr);
    ~TemplatesWindow() override;

    /// Comes to the front with this template; empty = with the one that was shown last.
    void showTemplate(const QString& id);

    [[nodiscard]] TemplatesPresenter& presenter() { return m_presenter; }
    [[nodiscard]] TemplateForm& form() { return *m_form; }
    [[nodiscard]] MessageBar& messages() { return *m_messages; }

signals:
    void datasetWanted();
    void checkpointWanted();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* createList();
    QWidget* createForm();
    QWidget* createPreview();
    void createActions();
    void connectAll();
    QAction* addAction(QMenu& menu, const QString& text, const QKeySequence& shortcut, std::function<void()> call);
    void chooseImport(prompt::LineBreaks lineBreaks);
    void chooseExport();
    void showList();
    void showState();
    void showPreview();

    Workspace& m_workspace;
    TemplatesPresenter m_presenter;
    MessageBar* m_messages;
    QSplitter* m_columns;
    QListWidget* m_list = nullptr;
    TemplateForm* m_form;
    QLabel* m_state;
    QPushButton* m_duplicate;
    QComboBox* m_shownOn;
    QLabel* m_caption;
    PromptView* m_prompt;
    TokenRuler* m_ruler;
    QLabel* m_note;
    QPushButton* m_openData;
    QPushButton* m_openCheckpoint;
    std::vector<QAction*> m_forOwn; ///< enabled for one's own templates only
    QAction* m_use = nullptr;
};

} // namespace driftscope::ui
