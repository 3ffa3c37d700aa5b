// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/prompttemplate.h"
#include "core/prompt/templateblocks.h"

#include <QWidget>

#include <array>
#include <optional>

class QLabel;
class QPlainTextEdit;

namespace driftscope::ui {

/// The three blocks of the arm's template as text to try changes with: what is sound applies as one types, what is
/// wrong is said below and changes nothing. The template itself stays as it is.
class TemplateQuickEdit : public QWidget
{
    Q_OBJECT

public:
    explicit TemplateQuickEdit(QWidget* parent = nullptr);

    /// Shows a template unless it is the one that was made here.
    ///
    /// @param wording  as Arm::wording.
    void setWording(const std::string& wording, const std::filesystem::path& base);

signals:
    /// A person changed it; the text for Arm::wording.
    void edited(const std::string& wording);

private:
    QPlainTextEdit* addBlock(const QString& title, const QString& help);
    void take();

    std::optional<prompt::PromptTemplate> m_template;
    std::string m_shown; ///< the wording that the fields show
    std::array<QPlainTextEdit*, 3> m_blocks {};
    QLabel* m_problem;
    bool m_isFilling = false;
};

} // namespace driftscope::ui
