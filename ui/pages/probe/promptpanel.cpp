// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/promptpanel.h"

#include "ui/pages/probe/answerrows.h"
#include "ui/pages/probe/templatequickedit.h"
#include "ui/views/staleveil.h"
#include "ui/widgets/promptview.h"
#include "ui/widgets/tokenruler.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

namespace {

constexpr int mostDroppedLines = 2; // the tool tip has them all

/// The prompt of a candidate; null if there is none.
const prompt::Prompt* promptOf(const ProbeAnswer* answer, std::size_t candidate)
{
    return answer && candidate < answer->built.prompts.size() ? &answer->built.prompts[candidate] : nullptr;
}

} // namespace

PromptPanel::PromptPanel(ProbePresenter& presenter, QWidget* parent)
    : QWidget(parent)
    , m_presenter(presenter)
    , m_ruler(new TokenRuler(this))
    , m_dropped(new QLabel(this))
    , m_template(new TemplateQuickEdit(this))
{
    m_dropped->setWordWrap(true);
    m_dropped->setObjectName(QStringLiteral("dropped"));
    m_parts = new QSplitter(Qt::Vertical, this);
    m_parts->setChildrenCollapsible(false);
    m_parts->addWidget(createViews());
    m_parts->addWidget(m_template);
    m_parts->setStretchFactor(0, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_parts, 1);
    layout->addWidget(m_ruler);
    layout->addWidget(m_dropped);
    layout->addWidget(createButtons());
    m_template->hide();
    connect(m_template, &TemplateQuickEdit::edited, this, [this](const std::string& wording) {
        simulate::Arm arm = m_presenter.arm();
        arm.wording = wording;
        m_presenter.setArm(std::move(arm), tr("edit the template in Probe"));
    });
}

QWidget* PromptPanel::createViews()
{
    auto* views = new QSplitter(Qt::Horizontal, this);
    views->setChildrenCollapsible(false);
    const auto addView = [&](PromptView*& view, QLabel*& title) {
        auto* side = new QWidget(views);
        title = new QLabel(side);
        title->setWordWrap(true);
        title->hide();
        view = new PromptView(side);
        auto* layout = new QVBoxLayout(side);
        layout->setContentsMargins({});
        layout->addWidget(title);
        layout->addWidget(view, 1);
        views->addWidget(side);
        return side;
    };
    addView(m_prompt, m_title);
    m_prompt->setObjectName(QStringLiteral("prompt"));
    m_other = addView(m_otherPrompt, m_otherTitle);
    m_otherPrompt->setObjectName(QStringLiteral("otherPrompt"));
    m_otherPrompt->setAccessibleName(tr("Prompt text of the arm that is compared with"));
    m_other->hide();
    return views;
}

QWidget* PromptPanel::createButtons()
{
    auto* line = new QWidget(this);
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins({});
    m_edit = new QPushButton(tr("Edit template"), line);
    m_edit->setCheckable(true);
    m_edit->setToolTip(tr("Try another wording; it applies as you type and stays here until you add it as an arm"));
    m_copy = new QPushButton(tr("Copy prompt"), line);
    m_copy->setToolTip(tr("The text exactly as the model reads it (Ctrl+Alt+P)"));
    layout->addWidget(m_edit);
    layout->addStretch(1);
    layout->addWidget(m_copy);
    connect(m_edit, &QPushButton::toggled, this, &PromptPanel::setTemplateShown);
    connect(m_copy, &QPushButton::clicked, this, &PromptPanel::copyPrompt);
    return line;
}

void PromptPanel::setTemplateShown(bool isShown)
{
    m_edit->setChecked(isShown);
    const bool isNew = isShown && m_template->isHidden();
    m_template->setVisible(isShown);
    if (isNew)
        m_parts->setSizes({height() / 2, height() / 2}); // what an edit does to the prompt is to be seen
    if (isShown)
        m_template->setWording(m_presenter.arm().wording, m_presenter.workspace().focus().experiment().baseFolder);
}

void PromptPanel::copyPrompt() const
{
    QGuiApplication::clipboard()->setText(m_prompt->toPlainText());
}

void PromptPanel::showAnswer(std::size_t candidate)
{
    showOwn(candidate);
    showCompared(candidate);
    m_edit->setEnabled(m_presenter.arm().isModel());
    if (!m_presenter.arm().isModel())
        setTemplateShown(false);
    else if (m_template->isVisibleTo(this))
        m_template->setWording(m_presenter.arm().wording, m_presenter.workspace().focus().experiment().baseFolder);
    for (QWidget* widget : std::initializer_list<QWidget*> {m_prompt, m_ruler})
        setGreyed(*widget, m_presenter.isStale());
}

void PromptPanel::showOwn(std::size_t candidate)
{
    const ProbeAnswer* answer = m_presenter.answer().get();
    const prompt::Prompt* shown = promptOf(answer, candidate);
    m_copy->setEnabled(shown != nullptr);
    m_prompt->setPlaceholderText(
        answer && !answer->question.arm.isModel()
            ? tr("This arm ranks without a prompt.")
            : tr("The exact text that the model reads for the candidate chosen in the ranking."));
    m_prompt->setPrompt(shown ? *shown : prompt::Prompt {});
    m_ruler->setBlocks(shown ? rulerBlocks(*shown) : std::vector<RulerBlock> {},
                       shown ? answer->built.tokenized[candidate].tokens.size() : 0, answer ? answer->budgetTokens : 0);
    showDropped(shown ? droppedLines(*answer, candidate, *m_presenter.dataset()) : QStringList());
}

void PromptPanel::showCompared(std::size_t candidate)
{
    const ProbeAnswer* other = m_presenter.compared().get();
    m_other->setVisible(m_presenter.comparedArm().has_value());
    m_title->setVisible(m_other->isVisibleTo(this));
    if (!m_presenter.comparedArm())
        return;
    m_title->setText(tr("Here"));
    const auto& arms = m_presenter.workspace().focus().experiment().arms;
    m_otherTitle->setText(QString::fromStdString(arms[*m_presenter.comparedArm()].name));
    m_otherTitle->show();
    const prompt::Prompt* shown = promptOf(other, candidate);
    m_otherPrompt->setPlaceholderText(!m_presenter.comparedProblem().isEmpty()
                                          ? m_presenter.comparedProblem()
                                          : (other ? tr("This arm ranks without a prompt.") : tr("Working…")));
    m_otherPrompt->setPrompt(shown ? *shown : prompt::Prompt {});
}

void PromptPanel::showDropped(const QStringList& lines)
{
    QStringList shown = lines.mid(0, mostDroppedLines);
    if (lines.size() > shown.size())
        shown << tr("and %1 more").arg(lines.size() - shown.size());
    m_dropped->setText(tr("Left out to fit: %1").arg(shown.join(QStringLiteral("; "))));
    m_dropped->setToolTip(lines.join(QLatin1Char('\n')));
    m_dropped->setVisible(!lines.isEmpty());
}

} // namespace driftscope::ui
