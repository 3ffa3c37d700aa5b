// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/probepage.h"

#include "ui/views/tableviews.h"
#include "ui/widgets/armform.h"
#include "ui/widgets/promptview.h"
#include "ui/widgets/tokenruler.h"

#include <QComboBox>
#include <QCompleter>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStringListModel>
#include <QTableView>
#include <QVBoxLayout>

#include <utility>

namespace driftscope::ui {

namespace {

constexpr std::size_t mostCompletedUsers = 50'000;

QGroupBox* group(const QString& title, QWidget* parent)
{
    auto* box = new QGroupBox(title, parent);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(6, 6, 6, 6);
    return box;
}

} // namespace

ProbePage::ProbePage(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_presenter(workspace)
    , m_demonstrations(makeDemonstrationModel())
    , m_ranking(makeRankingModel())
{
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(createTop());
    m_timeline = new Timeline(this);
    layout->addWidget(m_timeline);
    m_columns = new QSplitter(Qt::Horizontal, this);
    m_columns->setChildrenCollapsible(false);
    m_columns->addWidget(createArmColumn());
    m_columns->addWidget(createPromptColumn());
    m_columns->addWidget(createRankingColumn());
    m_columns->setStretchFactor(0, 3);
    m_columns->setStretchFactor(1, 4);
    m_columns->setStretchFactor(2, 4);
    layout->addWidget(m_columns, 1);
    connectAll();
    showArms();
    m_form->setArm(m_presenter.arm());
    showUser();
    showAnswer();
}

QWidget* ProbePage::createTop()
{
    auto* top = new QWidget(this);
    auto* layout = new QHBoxLayout(top);
    layout->setContentsMargins({});
    m_user = new QLineEdit(top);
    m_user->setPlaceholderText(tr("user id"));
    m_user->setMaximumWidth(150);
    m_back = new QPushButton(tr("◀ Back"), top);
    m_forward = new QPushButton(tr("Forward ▶"), top);
    m_arm = new QComboBox(top);
    m_arm->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_arm->setMinimumContentsLength(16);
    m_state = new QLabel(top);
    m_state->setWordWrap(true);
    m_action = new QPushButton(top);
    auto* userLabel = new QLabel(tr("&User"), top);
    userLabel->setBuddy(m_user);
    auto* armLabel = new QLabel(tr("&Arm"), top);
    armLabel->setBuddy(m_arm);
    for (QWidget* widget : std::initializer_list<QWidget*> {userLabel, m_user, m_back, m_forward, armLabel, m_arm})
        layout->addWidget(widget);
    layout->addSpacing(12);
    layout->addWidget(m_state, 1);
    layout->addWidget(m_action);
    return top;
}

QWidget* ProbePage::createArmColumn()
{
    auto* column = new QSplitter(Qt::Vertical, this);
    column->setChildrenCollapsible(false);
    auto* controls = group(tr("Arm"), column);
    m_form = new ArmForm(controls);
    m_form->setNameVisible(false);
    m_addArm = new QPushButton(tr("Add as an arm to Simulate"), controls);
    m_addArm->setToolTip(tr("Compare this way to predict with the others over simulated time"));
    controls->layout()->addWidget(m_form);
    controls->layout()->addWidget(m_addArm);
    static_cast<QVBoxLayout*>(controls->layout())->addStretch(1);
    auto* shown = group(tr("Demonstrations"), column);
    m_demonstrationTable = new QTableView(shown);
    dressTable(*m_demonstrationTable, *m_demonstrations, 0);
    m_demonstrationTable->horizontalHeader()->setSectionResizeMode(2,
                                                                   QHeaderView::Stretch); // shares the room with titles
    m_demonstrationTable->setAccessibleName(tr("Demonstrations"));
    shown->layout()->addWidget(m_demonstrationTable);
    column->addWidget(controls);
    column->addWidget(shown);
    column->setStretchFactor(1, 1);
    return column;
}

QWidget* ProbePage::createPromptColumn()
{
    auto* column = group(tr("Prompt"), this);
    m_prompt = new PromptView(column);
    m_ruler = new TokenRuler(column);
    m_dropped = new QLabel(column);
    m_dropped->setWordWrap(true);
    column->layout()->addWidget(m_prompt);
    column->layout()->addWidget(m_ruler);
    column->layout()->addWidget(m_dropped);
    return column;
}

QWidget* ProbePage::createRankingColumn()
{
    auto* column = group(tr("Ranking (★ = what the user really had next)"), this);
    m_rankingTable = new QTableView(column);
    dressTable(*m_rankingTable, *m_ranking, 1);
    m_rankingTable->setItemDelegateForColumn(1, new RankingDelegate(m_rankingTable));
    m_rankingTable->setAccessibleName(tr("Ranking of the candidates"));
    column->layout()->addWidget(m_rankingTable);
    return column;
}

void ProbePage::connectAll()
{
    connect(m_user, &QLineEdit::returnPressed, this, [this] {
        if (!m_presenter.chooseUser(m_user->text()))
            m_state->setText(tr("There is no user '%1' in this dataset.").arg(m_user->text()));
    });
    connect(m_back, &QPushButton::clicked, this, [this] { step(-1); });
    connect(m_forward, &QPushButton::clicked, this, [this] { step(1); });
    connect(m_timeline, &Timeline::positionChanged, this, [this](int position) { m_presenter.moveTo(position); });
    connect(m_arm, &QComboBox::activated, this, [this](int index) {
        m_workspace.focus().setArm(static_cast<std::size_t>(index));
        m_presenter.resetArm(); // also back from edits when the same arm is chosen again
    });
    connect(m_form, &ArmForm::edited, this, [this] { m_presenter.setArm(m_form->arm()); });
    connect(m_addArm, &QPushButton::clicked, this, [this] { m_presenter.addArmToDraft(); });
    connect(&m_presenter, &ProbePresenter::armChanged, this, [this] { m_form->setArm(m_presenter.arm()); });
    connect(&m_presenter, &ProbePresenter::userChanged, this, &ProbePage::showUser);
    connect(&m_presenter, &ProbePresenter::changed, this, &ProbePage::showAnswer);
    connect(&m_workspace.focus(), &Focus::experimentChanged, this, &ProbePage::showArms);
    connect(&m_workspace.focus(), &Focus::armChanged, this, &ProbePage::showArms);
    connect(m_rankingTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ProbePage::showPrompt);
    connect(m_action, &QPushButton::clicked, this, [this] {
        if (m_presenter.state() == ProbePresenter::State::NeedsDataset)
            emit datasetWanted();
        else
            emit modelWanted();
    });
}

void ProbePage::step(int by)
{
    m_timeline->setPosition(m_timeline->position() + by);
}

void ProbePage::focusUser()
{
    m_user->setFocus();
    m_user->selectAll();
}

void ProbePage::showUser()
{
    m_user->setText(m_presenter.userId());
    const QSignalBlocker blocker(m_timeline);
    m_timeline->setEvents(m_presenter.timeline());
    m_timeline->setPosition(m_presenter.position());
    const auto& open = m_workspace.focus().dataset();
    if (!open || std::exchange(m_completedData, &open->dataset()) == &open->dataset())
        return;
    QStringList ids;
    for (data::UserIndex user = 0; user < std::min(open->dataset().userCount(), mostCompletedUsers); ++user)
        ids << QString::fromStdString(open->dataset().userId(user));
    auto* completer = new QCompleter(ids, m_user);
    completer->setMaxVisibleItems(12);
    m_user->setCompleter(completer);
    connect(completer, QOverload<const QString&>::of(&QCompleter::activated), this,
            [this](const QString& id) { m_presenter.chooseUser(id); });
}

void ProbePage::showArms()
{
    const QSignalBlocker blocker(m_arm);
    m_arm->clear();
    for (const auto& arm : m_workspace.focus().experiment().arms)
        m_arm->addItem(armIcon(static_cast<std::size_t>(m_arm->count()), palette()), QString::fromStdString(arm.name));
    m_arm->setCurrentIndex(static_cast<int>(m_workspace.focus().arm()));
}

void ProbePage::showAnswer()
{
    const QSignalBlocker blocker(m_timeline);
    m_timeline->setPosition(m_presenter.position());
    m_back->setEnabled(m_presenter.position() > 0);
    m_forward->setEnabled(m_presenter.position() >= 0 && m_presenter.position() + 1 < m_timeline->count());
    m_demonstrations->setRows(m_presenter.demonstrationRows());
    m_ranking->setRows(m_presenter.rankingRows());
    const bool hasScores = m_presenter.answer() && !m_presenter.answer()->scores.empty();
    for (int column = 2; column < m_ranking->columnCount(); ++column)
        m_rankingTable->setColumnHidden(column, !hasScores);
    m_dropped->setText(m_presenter.droppedText());
    m_dropped->setVisible(!m_dropped->text().isEmpty());
    // Greyed as long as it belongs to an older question.
    for (QWidget* widget : std::initializer_list<QWidget*> {m_demonstrationTable, m_prompt, m_ruler})
        setGreyed(*widget, m_presenter.isStale());
    setGreyed(*m_rankingTable, m_presenter.isStale() || m_presenter.isWaitingForScores());
    showPrompt();
    showState();
}

void ProbePage::showPrompt()
{
    const prompt::Prompt* shown = m_presenter.promptOfRow(m_rankingTable->currentIndex().row());
    if (!shown) {
        m_prompt->setPrompt({});
        m_ruler->setBlocks({}, 0, 0);
        return;
    }
    m_prompt->setPrompt(*shown);
    const auto& built = m_presenter.answer()->built;
    const auto at = static_cast<std::size_t>(shown - built.prompts.data());
    m_ruler->setBlocks(rulerBlocks(*shown), built.tokenized[at].tokens.size(), m_presenter.answer()->budgetTokens);
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
    const QString time = tr("%1 candidates scored in %2 s").arg(answer.scores.size()).arg(answer.seconds, 0, 'f', 2);
    if (answer.candidates.items.size() == 1)
        return tr("The user disliked this item: it is scored alone.");
    const QString warning = QString::fromStdString(answer.built.warning);
    return warning.isEmpty() ? time : time + QStringLiteral(" · ") + warning;
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
