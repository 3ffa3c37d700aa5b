// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/templatetext.h"
#include "ui/pages/templates/templatehighlighter.h"

#include <QPlainTextEdit>

class QCompleter;
class QStandardItemModel;

namespace driftscope::ui {

/// Edits one field of a template: highlights placeholders, offers them after "{" or Ctrl+Space, is as high as its text.
/// Undo and Redo are the window's.
class TemplateFieldEdit : public QPlainTextEdit
{
    Q_OBJECT

public:
    /// @param isOneLine  Return types nothing.
    explicit TemplateFieldEdit(prompt::TemplateField field, bool isOneLine, QWidget* parent = nullptr);

    [[nodiscard]] prompt::TemplateField field() const { return m_field; }
    /// Shows the field of a template without saying that it was typed; the cursor stays where the texts agree.
    void showText(const prompt::TemplateText& text, const std::vector<prompt::TemplateProblem>& problems);
    [[nodiscard]] const TemplateHighlighter& highlighter() const { return *m_highlighter; }
    [[nodiscard]] QCompleter& completer() { return *m_completer; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    /// A person changed the text.
    void typed(const QString& text);

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void createCompleter();
    void report();
    void replaceText(const QString& text);
    void offer(bool isAsked);
    void complete(const QString& name);
    void fitHeight();
    /// Start of the placeholder that is being typed at the cursor; -1 if none is.
    [[nodiscard]] int openBrace() const;

    prompt::TemplateField m_field;
    bool m_isOneLine;
    QString m_shown; ///< the text as it was last shown or reported
    TemplateHighlighter* m_highlighter;
    QCompleter* m_completer;
    QStandardItemModel* m_offers;
};

} // namespace driftscope::ui
