// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/probepage.h"

#include "ui/pages/probe/demonstrationpanel.h"
#include "ui/pages/probe/effectdelegate.h"
#include "ui/pages/probe/explorepanels.h"
#include "ui/pages/probe/probebar.h"
#include "ui/pages/probe/promptpanel.h"
#include "ui/pages/probe/rankingpanel.h"
#include "ui/views/emptytext.h"
#include "ui/views/staleveil.h"
#include "ui/views/tableviews.h"
#include "ui/widgets/armform.h"
#include "ui/widgets/jobstrip.h"
#include "ui/widgets/messagebar.h"

#include <QAction>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace driftscope::ui {

namespace {

QWidget* group(const QString& title, QWidget* content)
{
    auto* box = new QGroupBox(title);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(content);
    return box;
}

} // namespace

ProbePage::ProbePage(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_presenter(workspace)
    , m_analyses(m_presenter)
    , m_history(makeDemonstrationModel())
{
    auto* layout = new QVBoxLayout(this);
    m_bar = new ProbeBar(m_presenter, this);
    layout->addWidget(m_bar);
    m_message = new MessageBar(this);
    layout->addWidget(m_message);
    m_timeline = new Timeline(this);
    layout->addWidget(m_timeline);
    layout->addWidget(createStateLine());
    auto* columns = new QSplitter(Qt::Horizontal, this);
    columns->setChildrenCollapsible(false);
    columns->addWidget(createPartsColumn());
    m_prompt = new PromptPanel(m_presenter);
    columns->addWidget(group(tr("Prompt"), m_prompt));
    columns->addWidget(createAnswerColumn());
    for (int column = 0; column < 3; ++column)
        columns->setStretchFactor(column, 1);
    columns->setSizes({330, 300, 420}); // of the smallest window; a larger one shares what it has more
    layout->addWidget(columns, 1);
    createActions();
    connectAll();
    m_form->setArm(m_presenter.arm());
    showLife();
    showAnswer();
}

QWidget* ProbePage::createStateLine()
{
    auto* line = new QWidget(this);
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins({});
    m_state = new QLabel(line);
    m_state->setWordWrap(true);
    m_job = new JobStrip(line);
    m_job->watch(m_analyses.job());
    m_job->watch(m_presenter.otherModels().job());
    m_action = new QPushButton(line);
    m_keys = new QLabel(tr("← → one interaction · ↑ ↓ shift · Home End"), line);
    m_keys->setForegroundRole(QPalette::PlaceholderText);
    m_keys->setToolTip(tr("Keys of the timeline, while it has the focus"));
    layout->addWidget(m_state, 1);
    layout->addWidget(m_job);
    layout->addWidget(m_action);
    layout->addWidget(m_keys);
    return line;
}

QWidget* ProbePage::createPartsColumn()
{
    auto* column = new QWidget(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins({});
    m_parts = new QTabWidget(column);
    m_parts->setDocumentMode(true);
    m_parts->setUsesScrollButtons(false);
    m_demonstrations = new DemonstrationPanel(m_presenter, m_analyses, m_parts);
    m_parts->addTab(m_demonstrations, tr("Demonstrations"));
    m_parts->addTab(createHistoryTab(), tr("History"));
    m_parts->addTab(createArmTab(), tr("Arm"));
    m_addArm = new QPushButton(tr("Add as an arm to Simulate"), column);
    m_addArm->setToolTip(tr("Compare this way to predict with the others over simulated time"));
    layout->addWidget(m_parts, 1);
    layout->addWidget(createAttributionLine());
    layout->addWidget(m_addArm);
    return column;
}

QWidget* ProbePage::createHistoryTab()
{
    m_historyTable = new QTableView(m_parts);
    dressTable(*m_historyTable, *m_history, PartTitle);
    m_historyTable->setObjectName(QStringLiteral("history"));
    m_historyTable->setAccessibleName(tr("History of the query"));
    auto* effects = new EffectDelegate(m_historyTable);
    m_historyTable->setItemDelegateForColumn(PartLeaveOneOut, effects);
    m_historyTable->setItemDelegateForColumn(PartShapley, effects);
    m_historyTable->setColumnHidden(PartLabel, true); // all are liked
    new EmptyText(*m_historyTable, tr("The titles that the user liked last, as the query tells them to the model."));
    return m_historyTable;
}

QWidget* ProbePage::createArmTab()
{
    auto* area = new QScrollArea(m_parts);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* inside = new QWidget(area);
    auto* layout = new QVBoxLayout(inside);
    m_form = new ArmForm(inside);
    m_form->setNameVisible(false);
    layout->addWidget(m_form);
    layout->addStretch(1);
    area->setWidget(inside);
    return area;
}

QWidget* ProbePage::createAttributionLine()
{
    auto* line = new QWidget(this);
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins({});
    m_attribute = new QPushButton(tr("Attribute"), line);
    m_attribute->setToolTip(tr("What each demonstration and history item adds to P(Yes) of the candidate chosen in the "
                               "ranking: leave-one-out, and exact Shapley values of up to %1 parts")
                                .arg(simulate::mostShapleyPlayers));
    m_attributed = new QLabel(line);
    m_attributed->setWordWrap(true);
    m_attributed->setObjectName(QStringLiteral("attributed"));
    layout->addWidget(m_attribute);
    layout->addWidget(m_attributed, 1);
    return line;
}

QWidget* ProbePage::createAnswerColumn()
{
    m_answers = new QTabWidget(this);
    m_answers->setDocumentMode(true);
    m_ranking = new RankingPanel(m_presenter, m_answers);
    m_variants = new VariantPanel(m_presenter, m_analyses, m_answers);
    m_orders = new OrderPanel(m_presenter, m_analyses, m_answers);
    m_answers->addTab(m_ranking, tr("Ranking"));
    m_answers->addTab(m_variants, tr("Controls"));
    m_answers->addTab(m_orders, tr("Order"));
    m_answers->setTabToolTip(0, tr("★ is what the user really had next"));
    return m_answers;
}

void ProbePage::createActions()
{
    const auto add = [this](const QString& text, const QString& keys, auto call) {
        auto* action = new QAction(text, this);
        action->setShortcut(QKeySequence(keys));
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, call);
        m_pageActions << action;
    };
    m_pageActions = m_demonstrations->editActions();
    add(tr("Attri&bute"), tr("F7"), [this] { m_analyses.attribute(); });
    add(tr("Try all &controls"), tr("F8"), [this] {
        m_answers->setCurrentWidget(m_variants);
        m_analyses.tryVariants();
    });
    add(tr("Try other &orders"), tr("F9"), [this] {
        m_answers->setCurrentWidget(m_orders);
        m_orders->tryOrders();
    });
    add(tr("&Edit template"), tr("F4"), [this] { m_prompt->setTemplateShown(true); });
    add(tr("Copy &prompt"), tr("Ctrl+Alt+P"), [this] { m_prompt->copyPrompt(); });
    add(tr("Copy ranking as a &table"), tr("Ctrl+Alt+R"), [this] { m_ranking->copyTable(TableFormat::TabSeparated); });
    add(tr("Add as an ar&m to Simulate"), tr("Ctrl+Shift+N"), [this] { m_presenter.addArmToDraft(); });
    addActions(m_pageActions);
}

void ProbePage::connectAll()
{
    connect(m_timeline, &Timeline::positionChanged, this, [this](int position) { m_presenter.moveTo(position); });
    connect(m_bar, &ProbeBar::stepped, this, &ProbePage::step);
    connect(m_bar, &ProbeBar::userEntered, m_timeline, qOverload<>(&QWidget::setFocus)); // the arrow keys go on
    connect(m_bar, &ProbeBar::problemFound, this,
            [this](const QString& text) { m_message->showMessage(MessageBar::Kind::Problem, text); });
    connect(m_action, &QPushButton::clicked, this, [this] {
        if (m_presenter.state() == ProbePresenter::State::NeedsDataset)
            emit datasetWanted();
        else
            emit modelWanted();
    });
    connect(m_form, &ArmForm::edited, this, [this] { m_presenter.setArm(m_form->arm()); });
    connect(m_addArm, &QPushButton::clicked, this, [this] { m_presenter.addArmToDraft(); });
    connect(m_attribute, &QPushButton::clicked, &m_analyses, &ProbeAnalyses::attribute);
    connect(&m_presenter, &ProbePresenter::armChanged, this, [this] { m_form->setArm(m_presenter.arm()); });
    connect(&m_presenter, &ProbePresenter::userChanged, this, &ProbePage::showLife);
    connect(&m_presenter, &ProbePresenter::changed, this, &ProbePage::showAnswer);
    connect(&m_presenter, &ProbePresenter::told, this, [this](const QString& text, bool isProblem) {
        m_message->showMessage(isProblem ? MessageBar::Kind::Problem : MessageBar::Kind::Note, text);
    });
    connect(&m_analyses, &ProbeAnalyses::changed, this, &ProbePage::showAttribution);
    for (JobRunner* job : {&m_analyses.job(), &m_presenter.otherModels().job()})
        connect(job, &JobRunner::started, this, &ProbePage::showAttribution);
    connect(m_ranking, &RankingPanel::candidateChanged, this, &ProbePage::showCandidate);
}

void ProbePage::step(int by)
{
    m_timeline->setPosition(m_timeline->position() + by);
}

void ProbePage::focusUser()
{
    m_bar->focusUser();
}

void ProbePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_presenter.lifeLength() > 0 && !focusWidget())
        m_timeline->setFocus(); // so that the arrow keys step at once
}

void ProbePage::showLife()
{
    const QSignalBlocker blocker(m_timeline);
    m_timeline->setEvents(m_presenter.timeline());
    m_keys->setVisible(m_presenter.lifeLength() > 0);
    m_timeline->setPosition(m_presenter.position());
}

void ProbePage::showAnswer()
{
    const QSignalBlocker blocker(m_timeline);
    m_timeline->setPosition(m_presenter.position());
    m_timeline->setMarked(m_presenter.shownPositions());
    m_bar->showAnswer();
    m_ranking->showAnswer();
    showCandidate();
    showState();
}

void ProbePage::showCandidate()
{
    m_prompt->showAnswer(m_ranking->candidate());
    m_analyses.setCandidate(m_presenter.answer() ? std::optional(m_ranking->candidate()) : std::nullopt);
    showAttribution();
}

void ProbePage::showHistory()
{
    const auto& answer = m_presenter.answer();
    const auto& open = m_workspace.focus().dataset();
    const PartEffects& effects = m_analyses.effects();
    m_history->setRows(answer && open ? historyRows(*answer, m_analyses.candidate(), effects, *open->history)
                                      : std::vector<DemonstrationRow> {});
    m_historyTable->setColumnHidden(PartLeaveOneOut, !effects.history);
    m_historyTable->setColumnHidden(PartShapley, !effects.history || effects.history->shapley.empty());
    m_parts->setTabText(0, tr("Demonstrations (%1)").arg(DemonstrationEditor(m_presenter).count()));
    m_parts->setTabText(1, tr("History (%1)").arg(m_history->rowCount()));
    setGreyed(*m_historyTable, m_presenter.isStale());
}

void ProbePage::showAttribution()
{
    m_demonstrations->showAnswer();
    showHistory();
    m_variants->showAnswer();
    m_orders->showAnswer();
    const auto& found = m_analyses.effects().demonstrations;
    m_attribute->setEnabled(m_analyses.isPossible() && !m_analyses.job().isRunning());
    QString text = m_analyses.problem();
    if (found && m_presenter.answer()) {
        const data::ItemIndex item = m_presenter.answer()->candidates.items[m_analyses.candidate()];
        text = tr("P(Yes) of %1: %2; without demonstrations %3.")
                   .arg(QString::fromStdString(m_presenter.dataset()->catalog().title(item)))
                   .arg(found->all, 0, 'f', 3)
                   .arg(found->none, 0, 'f', 3);
    }
    m_attributed->setText(text);
}

QString ProbePage::stateText() const
{
    using State = ProbePresenter::State;
    switch (m_presenter.state()) {
    case State::NeedsDataset:
        return tr("Open a dataset to choose a user.");
    case State::NeedsCheckpoint:
        return tr("Open a checkpoint: prompts need its tokenizer.");
    case State::NeedsUser:
        return tr("Type a user id.");
    case State::Working:
        return tr("Building prompts…");
    case State::Prompt:
        return m_presenter.isWaitingForScores() ? tr("Scoring…") : tr("No model is loaded: prompts only.");
    case State::Failed:
        return m_presenter.problem();
    case State::Scored:
        break;
    }
    const auto& answer = *m_presenter.answer();
    QStringList parts;
    if (m_presenter.isEdited())
        parts << tr("Edited");
    parts
        << (answer.candidates.items.size() == 1
                ? tr("The user disliked this item: it is scored alone.")
                : tr("%1 candidates scored in %2 ms").arg(answer.scores.size()).arg(answer.seconds * 1000, 0, 'f', 0));
    if (!answer.built.warning.empty())
        parts << QString::fromStdString(answer.built.warning);
    if (!m_presenter.comparedProblem().isEmpty())
        parts << m_presenter.comparedProblem();
    return parts.join(QStringLiteral(" · "));
}

void ProbePage::showState()
{
    using State = ProbePresenter::State;
    m_state->setText(stateText());
    const bool needsModel = m_presenter.state() == State::Prompt && !m_presenter.isWaitingForScores();
    m_action->setVisible(m_presenter.state() == State::NeedsDataset || m_presenter.state() == State::NeedsCheckpoint
                         || needsModel);
    m_action->setText(m_presenter.state() == State::NeedsDataset
                          ? tr("Open a dataset")
                          : (needsModel ? tr("Load the model") : tr("Open a checkpoint")));
}

} // namespace driftscope::ui
