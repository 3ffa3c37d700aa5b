// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/templatequickedit.h"

#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace driftscope::ui {

TemplateQuickEdit::TemplateQuickEdit(QWidget* parent)
    : QWidget(parent)
    , m_problem(new QLabel(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(2);
    m_blocks = {
        addBlock(tr("&Instruction"), tr("Stands before everything else; takes no placeholders")),
        addBlock(tr("&Demonstration"), tr("Once for each demonstration: {target}, {answer}, {history}")),
        addBlock(tr("&Query"), tr("The open question: {target}, {history}; ends with the cue, such as Answer:"))};
    m_problem->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("templateProblem"));
    layout->addWidget(m_problem);
}

QPlainTextEdit* TemplateQuickEdit::addBlock(const QString& title, const QString& help)
{
    auto* label = new QLabel(title, this);
    auto* edit = new QPlainTextEdit(this);
    label->setBuddy(edit);
    edit->setToolTip(help);
    edit->setAccessibleName(QString(title).remove(QLatin1Char('&')));
    edit->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    edit->setTabChangesFocus(true);
    edit->setMinimumHeight(2 * edit->fontMetrics().height() + 12);
    layout()->addWidget(label);
    layout()->addWidget(edit);
    connect(edit, &QPlainTextEdit::textChanged, this, &TemplateQuickEdit::take);
    return edit;
}

void TemplateQuickEdit::setWording(const std::string& wording, const std::filesystem::path& base)
{
    if (m_template && wording == m_shown)
        return;
    m_shown = wording;
    auto found = prompt::findTemplate(wording, base);
    m_problem->setText(found ? QString() : QString::fromStdString(found.error().message));
    m_template = found ? std::optional(std::move(*found)) : std::nullopt;
    const prompt::TemplateBlocks blocks = m_template ? prompt::blocksOf(*m_template) : prompt::TemplateBlocks {};
    const std::array texts {blocks.header, blocks.demonstration, blocks.query};
    m_isFilling = true;
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        m_blocks[i]->setPlainText(QString::fromStdString(texts[i]));
        m_blocks[i]->setEnabled(m_template.has_value());
    }
    m_isFilling = false;
}

void TemplateQuickEdit::take()
{
    if (m_isFilling || !m_template)
        return;
    const auto text = [&](std::size_t at) { return m_blocks[at]->toPlainText().toStdString(); };
    auto changed = prompt::withBlocks(*m_template, {text(0), text(1), text(2)});
    m_problem->setText(changed ? QString()
                               : tr("Not applied: %1").arg(QString::fromStdString(changed.error().message)));
    if (!changed)
        return;
    m_template = std::move(*changed);
    m_shown = m_template->source;
    emit edited(m_shown);
}

} // namespace driftscope::ui
