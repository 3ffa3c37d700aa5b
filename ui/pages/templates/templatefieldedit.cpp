// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/templates/templatefieldedit.h"

#include "ui/widgets/promptview.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QTextBlock>

#include <algorithm>
#include <array>

namespace driftscope::ui {

namespace {

constexpr int mostLines = 9; // longer blocks scroll
constexpr int nameRole = Qt::UserRole + 1;

using Kind = TemplateHighlighter::Kind;

Kind kindOf(const prompt::TemplateMark& mark, const std::string& text)
{
    switch (mark.kind) {
    case prompt::TemplateMark::Kind::GroupEdge:
        return Kind::GroupEdge;
    case prompt::TemplateMark::Kind::Escape:
        return Kind::Escape;
    case prompt::TemplateMark::Kind::Placeholder:
        break;
    }
    const auto name = std::string_view(text).substr(mark.where.start + 1, mark.where.end - mark.where.start - 2);
    if (name == "history")
        return Kind::History;
    if (name == "target" || name == "title")
        return Kind::Target;
    return name == "answer" ? Kind::Answer : Kind::Placeholder;
}

std::vector<TemplateHighlighter::Part> partsOf(prompt::TemplateField field, const prompt::TemplateText& text,
                                               const std::vector<prompt::TemplateProblem>& problems)
{
    std::vector<TemplateHighlighter::Part> parts;
    const auto add = [&](Kind kind, prompt::TextRange where) {
        const auto units = utf16Positions(text[field], {where.start, where.end});
        parts.push_back({kind, units[0], units[1]});
    };
    for (const auto& mark : prompt::markTemplate(field, text))
        add(kindOf(mark, text[field]), mark.where);
    for (const auto& problem : problems)
        if (problem.field == field && problem.where)
            add(Kind::Problem, *problem.where);
    return parts;
}

bool isUndoOrRedo(QKeyEvent& event)
{
    return event.matches(QKeySequence::Undo) || event.matches(QKeySequence::Redo);
}

} // namespace

TemplateFieldEdit::TemplateFieldEdit(prompt::TemplateField field, bool isOneLine, QWidget* parent)
    : QPlainTextEdit(parent)
    , m_field(field)
    , m_isOneLine(isOneLine)
    , m_highlighter(new TemplateHighlighter(document()))
{
    setUndoRedoEnabled(false);
    setTabChangesFocus(true);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_highlighter->setPalette(palette());
    createCompleter();
    connect(this, &QPlainTextEdit::textChanged, this, &TemplateFieldEdit::report);
}

void TemplateFieldEdit::createCompleter()
{
    m_offers = new QStandardItemModel(this);
    m_completer = new QCompleter(m_offers, this);
    m_completer->setWidget(this);
    m_completer->setCompletionRole(nameRole);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    connect(m_completer, qOverload<const QModelIndex&>(&QCompleter::activated), this,
            [this](const QModelIndex& index) { complete(index.data(nameRole).toString()); });
}

void TemplateFieldEdit::showText(const prompt::TemplateText& text, const std::vector<prompt::TemplateProblem>& problems)
{
    replaceText(QString::fromStdString(text[m_field]));
    m_highlighter->setParts(partsOf(m_field, text, problems));
    m_offers->clear();
    for (const auto& known : prompt::knownPlaceholders(m_field, text)) {
        const QString name = QString::fromStdString(known.name);
        auto* offer = new QStandardItem(tr("{%1}   %2").arg(name, QString::fromStdString(known.help)));
        offer->setData(name, nameRole);
        m_offers->appendRow(offer);
    }
    fitHeight();
}

void TemplateFieldEdit::replaceText(const QString& text)
{
    const QString before = toPlainText();
    m_shown = text;
    if (before == text)
        return;
    const auto shorter = std::min(before.size(), text.size());
    qsizetype same = 0;
    while (same < shorter && before[same] == text[same])
        ++same;
    qsizetype sameAtEnd = 0;
    while (sameAtEnd < shorter - same && before[before.size() - 1 - sameAtEnd] == text[text.size() - 1 - sameAtEnd])
        ++sameAtEnd;
    QTextCursor cursor(document());
    cursor.setPosition(static_cast<int>(same));
    cursor.setPosition(static_cast<int>(before.size() - sameAtEnd), QTextCursor::KeepAnchor);
    cursor.insertText(text.mid(same, text.size() - sameAtEnd - same));
}

void TemplateFieldEdit::report()
{
    fitHeight();
    const QString text = toPlainText();
    if (text == m_shown) // shown, or only coloured
        return;
    m_shown = text;
    emit typed(text);
}

bool TemplateFieldEdit::event(QEvent* event)
{
    // The window's Undo takes back changes of all fields in their order; the editor must not take the key for itself.
    if (event->type() == QEvent::ShortcutOverride && isUndoOrRedo(*static_cast<QKeyEvent*>(event))) {
        event->ignore();
        return false;
    }
    return QPlainTextEdit::event(event);
}

void TemplateFieldEdit::keyPressEvent(QKeyEvent* event)
{
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (m_completer->popup()->isVisible()
        && (isReturn || event->key() == Qt::Key_Tab || event->key() == Qt::Key_Escape)) {
        event->ignore(); // the list of placeholders takes it
        return;
    }
    const bool isAsked = event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier;
    if (isUndoOrRedo(*event) || (isReturn && m_isOneLine)) {
        event->ignore();
        return;
    }
    if (!isAsked)
        QPlainTextEdit::keyPressEvent(event);
    if (!isReadOnly() && (isAsked || !event->text().isEmpty()))
        offer(isAsked);
}

int TemplateFieldEdit::openBrace() const
{
    const QString before = toPlainText().left(textCursor().position());
    const auto brace = before.lastIndexOf(QLatin1Char('{'));
    if (brace < 0 || before.indexOf(QLatin1Char('}'), brace) >= 0 || before.indexOf(QLatin1Char('\n'), brace) >= 0)
        return -1;
    qsizetype run = 0; // "{{" is the character, "{{{" the character and a placeholder
    while (run <= brace && before[brace - run] == QLatin1Char('{'))
        ++run;
    return run % 2 == 1 ? static_cast<int>(brace) : -1;
}

void TemplateFieldEdit::offer(bool isAsked)
{
    const int brace = openBrace();
    if (m_offers->rowCount() == 0 || (brace < 0 && !isAsked)) {
        m_completer->popup()->hide();
        return;
    }
    const QString typed = brace < 0 ? QString() : toPlainText().mid(brace + 1, textCursor().position() - brace - 1);
    m_completer->setCompletionPrefix(typed);
    if (m_completer->completionCount() == 0) {
        m_completer->popup()->hide();
        return;
    }
    QAbstractItemView* popup = m_completer->popup();
    popup->setCurrentIndex(m_completer->completionModel()->index(0, 0));
    QRect place = cursorRect();
    place.setWidth(popup->sizeHintForColumn(0) + popup->verticalScrollBar()->sizeHint().width() + 8);
    m_completer->complete(place);
}

void TemplateFieldEdit::complete(const QString& name)
{
    const int brace = openBrace();
    QTextCursor cursor = textCursor();
    if (brace >= 0)
        cursor.setPosition(brace, QTextCursor::KeepAnchor);
    cursor.insertText(QStringLiteral("{%1}").arg(name));
    setTextCursor(cursor);
}

void TemplateFieldEdit::fitHeight()
{
    const int height = sizeHint().height();
    if (minimumHeight() != height)
        setFixedHeight(height);
}

QSize TemplateFieldEdit::sizeHint() const
{
    const int least =
        m_isOneLine || !prompt::isTemplateBlock(m_field) || m_field == prompt::TemplateField::HistoryItem ? 1 : 2;
    const int lines = std::clamp(static_cast<int>(document()->size().height()), least, mostLines);
    const auto edges = static_cast<int>(2 * document()->documentMargin()) + 2 * frameWidth() + 2;
    return {300, lines * fontMetrics().lineSpacing() + edges};
}

QSize TemplateFieldEdit::minimumSizeHint() const
{
    return {80, sizeHint().height()};
}

void TemplateFieldEdit::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_highlighter->setPalette(palette());
    if (event->type() == QEvent::FontChange)
        fitHeight();
}

void TemplateFieldEdit::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    fitHeight(); // another width wraps the lines elsewhere
}

} // namespace driftscope::ui
