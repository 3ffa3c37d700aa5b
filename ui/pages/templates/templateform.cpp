// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/templates/templateform.h"

#include "ui/pages/templates/templatefieldedit.h"
#include "ui/pages/templates/templatespresenter.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

namespace {

using Field = prompt::TemplateField;

QLabel* problemLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->hide();
    return label;
}

void showProblem(QLabel& label, const QString& text)
{
    QPalette colours = label.palette();
    colours.setColor(QPalette::WindowText, problemColor(label.parentWidget()->palette())); // has a new ground first
    label.setPalette(colours);
    label.setText(text);
    label.setVisible(!text.isEmpty());
}

bool isOneLine(Field field)
{
    return field == Field::Title || field == Field::Help || field == Field::Attributes || field == Field::PositiveAnswer
        || field == Field::NegativeAnswer;
}

QString costText(const prompt::BlockCost& cost)
{
    const auto number = [](std::size_t value) { return QString::number(static_cast<qulonglong>(value)); };
    if (cost.field == Field::Demonstration)
        return TemplateForm::tr("%1 tokens in %2, %3 wording")
            .arg(number(cost.tokens), number(cost.count), number(cost.wordingTokens));
    if (cost.field == Field::HistoryItem)
        return TemplateForm::tr("%1 tokens in %2").arg(number(cost.tokens), number(cost.count));
    if (cost.field == Field::Query)
        return TemplateForm::tr("%1 tokens, %2 wording").arg(number(cost.tokens), number(cost.wordingTokens));
    return TemplateForm::tr("%1 tokens").arg(number(cost.tokens));
}

} // namespace

TemplateForm::TemplateForm(TemplatesPresenter& presenter, QWidget* parent)
    : QWidget(parent)
    , m_presenter(presenter)
{
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(3);
    addId(*layout);
    addField(*layout, Field::Title, tr("Title"), tr("what lists show"));
    addField(*layout, Field::Help, tr("Description"), tr("one sentence on what it is for"));
    addField(*layout, Field::Header, tr("Header"), tr("before everything else; no placeholders"));
    addField(*layout, Field::Demonstration, tr("Demonstration"), tr("one solved example, written once for each"));
    addField(*layout, Field::Query, tr("Query"), tr("the open question; ends with the cue of the answer"));
    addField(*layout, Field::HistoryItem, tr("History item"), tr("one liked item of {history}"));
    addField(*layout, Field::HistorySeparator, tr("Between history items"), tr("usually a comma and a blank"));
    addField(*layout, Field::EmptyHistory, tr("Empty history"), tr("in place of a history without items"));
    addField(*layout, Field::PositiveAnswer, tr("Answer: liked"), tr("with the blank that follows the cue"));
    addField(*layout, Field::NegativeAnswer, tr("Answer: not liked"), {});
    addField(*layout, Field::Attributes, tr("Further item attributes"),
             tr("columns of your data, with commas between them"));
    layout->addStretch(1);
    connect(&presenter, &TemplatesPresenter::opened, this, &TemplateForm::showAll);
    connect(&presenter, &TemplatesPresenter::fieldChanged, this, [this] { showAll(); });
    connect(&presenter, &TemplatesPresenter::previewChanged, this, &TemplateForm::showCosts);
    showAll();
    showCosts();
}

void TemplateForm::addId(QVBoxLayout& layout)
{
    auto* title = new QLabel(tr("<b>Id</b> · by which experiments name it"), this);
    m_id = new QLineEdit(this);
    m_id->setAccessibleName(tr("Id"));
    m_id->setObjectName(QStringLiteral("id"));
    title->setBuddy(m_id);
    m_idProblem = problemLabel(this);
    layout.addWidget(title);
    layout.addWidget(m_id);
    layout.addWidget(m_idProblem);
    connect(m_id, &QLineEdit::editingFinished, this, [this] { m_presenter.rename(m_id->text()); });
}

void TemplateForm::addField(QVBoxLayout& layout, Field field, const QString& title, const QString& help)
{
    Row& row = m_rows[field];
    row.edit = new TemplateFieldEdit(field, isOneLine(field), this);
    row.edit->setAccessibleName(title);
    row.edit->setAccessibleDescription(help);
    row.edit->setObjectName(QString::fromLatin1(prompt::templateFieldPath(field).data()));
    auto* heading = new QHBoxLayout;
    auto* name = new QLabel(
        help.isEmpty() ? tr("<b>%1</b>").arg(title) : tr("<b>%1</b> · %2").arg(title, help.toHtmlEscaped()), this);
    name->setBuddy(row.edit);
    name->setWordWrap(true);
    heading->addWidget(name, 1);
    row.cost = new QLabel(this);
    row.cost->setAlignment(Qt::AlignRight | Qt::AlignBottom);
    row.cost->setToolTip(
        tr("In the prompt that is shown, counted with the checkpoint's tokenizer: all of the block's tokens, in how "
           "many of them, and how many are the template's own words rather than titles and answers."));
    heading->addWidget(row.cost);
    layout.addSpacing(6);
    layout.addLayout(heading);
    layout.addWidget(row.edit);
    row.problem = problemLabel(this);
    layout.addWidget(row.problem);
    connect(row.edit, &TemplateFieldEdit::typed, this,
            [this, field](const QString& text) { m_presenter.edit(field, text); });
}

void TemplateForm::showAll()
{
    m_id->setText(QString::fromStdString(m_presenter.id()));
    m_id->setReadOnly(m_presenter.isReadOnly());
    for (auto& [field, row] : m_rows) {
        row.edit->showText(m_presenter.text(), m_presenter.problems());
        row.edit->setReadOnly(m_presenter.isReadOnly());
    }
    showProblems();
}

void TemplateForm::showProblems()
{
    showProblem(*m_idProblem, m_presenter.problemText(Field::Id));
    for (auto& [field, row] : m_rows)
        showProblem(*row.problem, m_presenter.problemText(field));
}

void TemplateForm::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showProblems(); // in the colour for the new ground
}

void TemplateForm::showCosts()
{
    const auto& preview = m_presenter.preview();
    for (auto& [field, row] : m_rows) {
        const bool isKnown = preview && !m_presenter.isPreviewStale();
        const auto cost = isKnown ? std::ranges::find(preview->costs, field, &prompt::BlockCost::field)
                                  : std::vector<prompt::BlockCost>::const_iterator();
        row.cost->setText(isKnown && cost != preview->costs.end() ? costText(*cost) : QString());
    }
}

QString TemplateForm::problemShown(Field field) const
{
    const QLabel* label = field == Field::Id ? m_idProblem : m_rows.at(field).problem;
    return label->isHidden() ? QString() : label->text();
}

QString TemplateForm::costShown(Field field) const
{
    return m_rows.at(field).cost->text();
}

} // namespace driftscope::ui
