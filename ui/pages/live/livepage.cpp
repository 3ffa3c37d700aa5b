// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/livepage.h"

#include "ui/pages/live/handview.h"
#include "ui/pages/live/opinionlist.h"
#include "ui/pages/live/personastart.h"
#include "ui/pages/live/rankingboard.h"
#include "ui/pages/live/scenariostrip.h"
#include "ui/widgets/promptview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace driftscope::ui {

namespace {

QGroupBox* group(const QString& title, QWidget* parent)
{
    auto* box = new QGroupBox(title, parent);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(6, 6, 6, 6);
    return box;
}

QPushButton* button(const QString& text, const QString& help, QWidget* parent)
{
    auto* made = new QPushButton(text, parent);
    made->setToolTip(help);
    return made;
}

} // namespace

LivePage::LivePage(Workspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_presenter(workspace)
{
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(createScenarioRow());
    m_strip = new ScenarioStrip(m_presenter, true, this);
    layout->addWidget(m_strip);
    m_body = new QStackedWidget(this);
    m_body->addWidget(createEmpty());
    auto* columns = new QSplitter(Qt::Horizontal, m_body);
    columns->setChildrenCollapsible(false);
    columns->addWidget(createPersonaColumn());
    columns->addWidget(createRankingColumn());
    columns->addWidget(createReasonColumn());
    columns->setStretchFactor(0, 3);
    columns->setStretchFactor(1, 5);
    columns->setStretchFactor(2, 3);
    m_body->addWidget(columns);
    layout->addWidget(m_body, 1);
    connectAll();
    showArms();
    showStep();
    refresh();
}

QWidget* LivePage::createScenarioRow()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->addWidget(new QLabel(tr("Scenarios:"), row));
    for (const auto& scenario : m_presenter.scenarios()) {
        auto* start =
            button(QString::fromStdString(scenario.title),
                   tr("%1 Opens the bundled data and model.").arg(QString::fromStdString(scenario.help)), row);
        connect(start, &QPushButton::clicked, this, [this, scenario] { m_presenter.startScenario(scenario); });
        layout->addWidget(start);
    }
    auto* open = button(tr("Open…"), tr("A scenario file of your own"), row);
    connect(open, &QPushButton::clicked, this, &LivePage::chooseScenario);
    layout->addWidget(open);
    layout->addStretch(1);
    m_present = button(tr("Present"), tr("The whole screen with large type, driven by the arrow keys (F11)"), row);
    layout->addWidget(m_present);
    return row;
}

QWidget* LivePage::createEmpty()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->addStretch(1);
    m_emptyText = new QLabel(page);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setWordWrap(true);
    layout->addWidget(m_emptyText);
    auto* buttons = new QHBoxLayout;
    m_bundled = button(tr("Open the bundled data and model"),
                       tr("Planted tastes and drift-tiny, a model small enough to answer at once"), page);
    m_missing = new QPushButton(page);
    buttons->addStretch(1);
    buttons->addWidget(m_bundled);
    buttons->addWidget(m_missing);
    buttons->addStretch(1);
    layout->addLayout(buttons);
    layout->addStretch(2);
    return page;
}

QWidget* LivePage::createPersonaColumn()
{
    auto* column = group(tr("What does the persona think?"), this);
    column->setMinimumWidth(fontMetrics().averageCharWidth() * 40);
    auto* layout = static_cast<QVBoxLayout*>(column->layout());
    auto* top = new QHBoxLayout;
    m_search = new QLineEdit(column);
    m_search->setPlaceholderText(tr("search title or kind"));
    m_search->setAccessibleName(tr("Search cards"));
    m_search->setClearButtonEnabled(true);
    auto* hand = button(tr("Another hand"), tr("Other cards of the same kinds (Ctrl+H)"), column);
    auto* kinds = button(tr("Other kinds"), tr("Draws other kinds of items to judge and to rank"), column);
    top->addWidget(hand);
    top->addWidget(kinds);
    layout->addWidget(m_search);
    layout->addLayout(top);
    m_hand = new HandView(column);
    m_noCards = new QLabel(tr("Nothing has these words that is not judged or ranked already."), column);
    m_noCards->setWordWrap(true);
    layout->addWidget(m_noCards);
    layout->addWidget(m_hand, 1);
    m_start = new PersonaStart(m_presenter, m_workspace.focus(), column);
    layout->addWidget(m_start);
    connect(hand, &QPushButton::clicked, this, &LivePage::anotherHand);
    connect(kinds, &QPushButton::clicked, &m_presenter, &LivePresenter::drawOtherKinds);
    return column;
}

QWidget* LivePage::createRankingColumn()
{
    auto* column = group(tr("Ranking, with the chance that the model says Yes"), this);
    auto* layout = static_cast<QVBoxLayout*>(column->layout());
    m_state = new QLabel(column);
    m_state->setWordWrap(true);
    m_state->setToolTip(
        tr("From the question until the ranking is shown; in brackets, writing the prompts and the model's "
           "own work"));
    m_board = new RankingBoard(column);
    layout->addWidget(m_state);
    layout->addWidget(m_board, 1);
    return column;
}

QWidget* LivePage::createReasonColumn()
{
    auto* column = new QSplitter(Qt::Vertical, this);
    column->setChildrenCollapsible(false);
    auto* why = group(tr("Why: what the model is shown"), column);
    auto* layout = static_cast<QVBoxLayout*>(why->layout());
    m_arm = new QComboBox(why);
    m_arm->setAccessibleName(tr("Arm that chooses and words the examples"));
    m_arm->setToolTip(tr("The arm that chooses and words the examples"));
    m_arm->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_reason = new QTabWidget(why);
    auto* examples = new QWidget(m_reason);
    auto* list = new QVBoxLayout(examples);
    list->setContentsMargins({});
    m_examples = new OpinionList(tr("No examples yet: what you like or dislike on a card stands here, and in the "
                                    "prompt."),
                                 examples);
    m_examples->setAccessibleName(tr("Examples in the prompt"));
    m_reversed = new QCheckBox(tr("In reverse order"), examples);
    m_reversed->setToolTip(tr("The same examples the other way round: does their place matter?"));
    list->addWidget(m_examples, 1);
    list->addWidget(m_reversed);
    m_prompt = new PromptView(m_reason);
    m_reason->addTab(examples, tr("Examples"));
    m_reason->addTab(m_prompt, tr("Prompt"));
    layout->addWidget(m_arm);
    layout->addWidget(m_reason, 1);
    column->addWidget(why);
    column->addWidget(createSaid(column));
    column->setStretchFactor(0, 3);
    column->setStretchFactor(1, 2);
    return column;
}

QWidget* LivePage::createSaid(QWidget* parent)
{
    auto* said = group(tr("What the persona said, newest first"), parent);
    m_said = new OpinionList(tr("Nothing yet."), said);
    m_said->setAccessibleName(tr("What the persona said"));
    auto* row = new QHBoxLayout;
    auto* undo = button(tr("Undo"), tr("Takes the last change back (Ctrl+Z)"), said);
    m_forget = button(tr("Forget"), tr("Takes the chosen opinion back"), said);
    m_reset = button(tr("Reset"), tr("Forgets all that was said"), said);
    for (QPushButton* one : {undo, m_forget, m_reset})
        row->addWidget(one);
    static_cast<QVBoxLayout*>(said->layout())->addWidget(m_said, 1);
    static_cast<QVBoxLayout*>(said->layout())->addLayout(row);
    undo->setEnabled(m_workspace.edits().canUndo());
    connect(&m_workspace.edits(), &QUndoStack::canUndoChanged, undo, &QPushButton::setEnabled);
    connect(undo, &QPushButton::clicked, &m_workspace.edits(), &QUndoStack::undo);
    connect(m_reset, &QPushButton::clicked, this, &LivePage::resetPersona);
    connect(m_forget, &QPushButton::clicked, this, [this] {
        if (const auto item = m_said->currentOpinion())
            m_presenter.forget(*item);
    });
    return said;
}

void LivePage::connectAll()
{
    connect(&m_presenter, &LivePresenter::changed, this, &LivePage::refresh);
    connect(&m_presenter, &LivePresenter::stepChanged, this, &LivePage::showStep);
    connect(&m_workspace.focus(), &Focus::experimentChanged, this, &LivePage::showArms);
    connect(m_present, &QPushButton::clicked, this, &LivePage::present);
    connect(m_bundled, &QPushButton::clicked, &m_presenter, &LivePresenter::openBundled);
    connect(m_missing, &QPushButton::clicked, this, [this] {
        if (m_workspace.focus().dataset())
            emit modelWanted();
        else
            emit datasetWanted();
    });
    connect(m_search, &QLineEdit::textChanged, &m_presenter, &LivePresenter::search);
    connect(m_hand, &HandView::judged, &m_presenter, &LivePresenter::judge);
    connect(m_board, &RankingBoard::judged, &m_presenter, &LivePresenter::judge);
    connect(m_board, &RankingBoard::currentChanged, this, &LivePage::showPrompt);
    connect(m_reversed, &QCheckBox::clicked, &m_presenter, &LivePresenter::setReversed);
    connect(m_arm, &QComboBox::activated, this, [this](int index) {
        const auto arms = m_presenter.arms();
        if (index >= 0 && static_cast<std::size_t>(index) < arms.size())
            m_presenter.setArm(arms[static_cast<std::size_t>(index)]);
    });
}

void LivePage::chooseScenario()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open scenario"), QString(), tr("Scenarios (*.json)"));
    if (!path.isEmpty())
        m_presenter.openScenario(path);
}

void LivePage::startFirstScenario()
{
    if (!m_presenter.scenarios().empty())
        m_presenter.startScenario(m_presenter.scenarios().front());
}

void LivePage::step(int by)
{
    if (by > 0)
        m_presenter.goOn();
    else
        m_presenter.goToStep(m_presenter.setting().step + by);
}

void LivePage::anotherHand()
{
    m_search->clear();
    m_presenter.anotherHand();
}

void LivePage::resetPersona()
{
    m_presenter.reset();
}

void LivePage::togglePrompt()
{
    m_reason->setCurrentIndex(1 - m_reason->currentIndex());
}

void LivePage::present()
{
    if (m_stage || !m_present->isEnabled())
        return;
    m_stage = new LiveStage(m_presenter, this);
    connect(m_stage, &LiveStage::left, this, [this] { m_presenter.setActive(isVisible()); });
    m_presenter.setActive(true);
    m_stage->showFullScreen();
    m_stage->activateWindow();
    m_stage->setFocus();
}

void LivePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_presenter.setActive(true);
}

void LivePage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_presenter.setActive(m_stage && m_stage->isVisible());
}

void LivePage::showArms()
{
    m_arm->clear();
    const QString current = QString::fromStdString(m_presenter.setting().arm.name);
    for (const auto& arm : m_presenter.arms())
        m_arm->addItem(QString::fromStdString(arm.name));
    if (m_arm->findText(current) < 0)
        m_arm->addItem(current);
    m_arm->setCurrentText(current);
}

void LivePage::showStep()
{
    m_strip->refresh();
    showArms();
    const live::ScenarioStep* step = m_presenter.step();
    if (!step)
        return;
    m_reason->setCurrentIndex(step->showsPrompt ? 1 : 0);
    m_strip->focusNext();
}

void LivePage::refresh()
{
    using State = LivePresenter::State;
    const State state = m_presenter.state();
    const bool isReady = state == State::Working || state == State::Scored
        || (state == State::Failed && m_workspace.focus().engine() && m_workspace.focus().dataset());
    m_body->setCurrentIndex(isReady ? 1 : 0);
    m_present->setEnabled(isReady);
    showEmpty();
    m_strip->refresh();
    m_state->setText(m_presenter.isFake() ? tr("Fake model: its scores mean nothing. %1").arg(m_presenter.stateText())
                                          : m_presenter.stateText());
    m_board->setRows(m_presenter.boardRows());
    m_board->setGreyed(m_presenter.isStale());
    const auto cards = m_presenter.hand();
    m_hand->setItems(cards);
    m_noCards->setVisible(cards.empty() && !m_presenter.searched().isEmpty());
    m_start->refresh();
    m_examples->setRows(m_presenter.examples(), true);
    m_examples->setEnabled(!m_presenter.isStale());
    m_prompt->setEnabled(!m_presenter.isStale());
    const auto said = m_presenter.said();
    m_said->setRows(said, false);
    m_forget->setEnabled(!said.empty());
    m_reset->setEnabled(!said.empty());
    m_reversed->setChecked(m_presenter.setting().order == live::DemonstrationOrder::Reversed);
    m_arm->setCurrentText(QString::fromStdString(m_presenter.setting().arm.name));
    showPrompt();
}

void LivePage::showEmpty()
{
    using State = LivePresenter::State;
    const State state = m_presenter.state();
    const bool isOpening = state == State::Preparing;
    m_bundled->setVisible(!isOpening);
    m_missing->setVisible(!isOpening && !(m_workspace.focus().dataset() && m_workspace.focus().engine()));
    m_missing->setText(!m_workspace.focus().dataset()
                           ? tr("Open a dataset")
                           : (m_workspace.focus().checkpoint() ? tr("Load the model") : tr("Open a checkpoint")));
    m_emptyText->setText(isOpening
                             ? m_presenter.stateText()
                             : tr("%1\nChoose a scenario above, or play with a persona of your own: its likes and "
                                  "dislikes become examples in the prompt, and the ranking follows.")
                                   .arg(m_presenter.stateText()));
}

void LivePage::showPrompt()
{
    const prompt::Prompt* shown = m_presenter.promptOfRow(m_board->currentRow());
    m_prompt->setPrompt(shown ? *shown : prompt::Prompt {});
}

} // namespace driftscope::ui
