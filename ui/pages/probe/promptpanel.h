// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/probe/probepresenter.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QSplitter;

namespace driftscope::ui {

class PromptView;
class TemplateQuickEdit;
class TokenRuler;

/// The exact prompt of a candidate with what each part costs and what did not fit; beside it that of the arm that is
/// compared with; below, the template to try changes with.
class PromptPanel : public QWidget
{
    Q_OBJECT

public:
    explicit PromptPanel(ProbePresenter& presenter, QWidget* parent = nullptr);

    /// @param candidate  position in the answer's candidates.
    void showAnswer(std::size_t candidate);
    void copyPrompt() const;
    void setTemplateShown(bool isShown);

private:
    QWidget* createViews();
    QWidget* createButtons();
    void showOwn(std::size_t candidate);
    void showCompared(std::size_t candidate);
    void showDropped(const QStringList& lines);

    ProbePresenter& m_presenter;
    PromptView* m_prompt = nullptr;
    QLabel* m_title = nullptr;
    QWidget* m_other = nullptr;
    PromptView* m_otherPrompt = nullptr;
    QLabel* m_otherTitle = nullptr;
    TokenRuler* m_ruler;
    QLabel* m_dropped;
    QPushButton* m_copy = nullptr;
    QPushButton* m_edit = nullptr;
    QSplitter* m_parts = nullptr;
    TemplateQuickEdit* m_template;
};

} // namespace driftscope::ui
