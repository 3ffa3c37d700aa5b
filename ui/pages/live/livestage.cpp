// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/livestage.h"

#include "ui/pages/live/handview.h"
#include "ui/pages/live/livepresenter.h"
#include "ui/pages/live/opinionlist.h"
#include "ui/pages/live/rankingboard.h"
#include "ui/pages/live/scenariostrip.h"
#include "ui/widgets/promptview.h"

#include <QKeyEvent>
#include <QLabel>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace driftscope::ui {

namespace {

constexpr double linesOnScreen = 37; // so large is the type, whatever the screen
constexpr double linesWithCards = 47; // which take a third of the width
constexpr double smallestPixels = 14;

} // namespace

LiveStage::LiveStage(LivePresenter& presenter, QWidget* parent)
    : QWidget(parent, Qt::Window)
    , m_presenter(presenter)
{
    setWindowTitle(tr("Driftscope: presentation"));
    setAttribute(Qt::WA_DeleteOnClose);
    setFocusPolicy(Qt::StrongFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(28, 20, 28, 14);
    m_strip = new ScenarioStrip(presenter, false, this);
    layout->addWidget(m_strip);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(24);
    m_hand = new HandView(this);
    m_board = new RankingBoard(this);
    m_board->setFocusPolicy(Qt::ClickFocus); // the arrow keys are the steps'
    middle->addWidget(m_hand, 3);
    middle->addWidget(m_board, 7);
    middle->addWidget(createSide(), 4);
    layout->addLayout(middle, 1);
    auto* bottom = new QHBoxLayout;
    m_state = new QLabel(this);
    m_keys = new QLabel(this);
    m_keys->setForegroundRole(QPalette::PlaceholderText);
    bottom->addWidget(m_state, 1);
    bottom->addWidget(m_keys);
    layout->addLayout(bottom);
    connect(&presenter, &LivePresenter::changed, this, &LiveStage::refresh);
    connect(&presenter, &LivePresenter::stepChanged, this, &LiveStage::showStep);
    connect(m_hand, &HandView::judged, &presenter, &LivePresenter::judge);
    connect(m_board, &RankingBoard::judged, &presenter, &LivePresenter::judge);
    showStep();
    refresh();
}

QWidget* LiveStage::createSide()
{
    auto* side = new QWidget(this);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins({});
    m_sideTitle = new QLabel(side);
    m_sideTitle->setWordWrap(true);
    m_side = new QStackedWidget(side);
    m_examples = new OpinionList(tr("None yet: the model knows nothing of this persona."), m_side);
    m_examples->setAccessibleName(tr("Examples in the prompt"));
    m_examples->setFocusPolicy(Qt::NoFocus);
    m_prompt = new PromptView(m_side);
    m_prompt->setFocusPolicy(Qt::NoFocus);
    m_side->addWidget(m_examples);
    m_side->addWidget(m_prompt);
    layout->addWidget(m_sideTitle);
    layout->addWidget(m_side, 1);
    return side;
}

void LiveStage::showStep()
{
    const live::ScenarioStep* step = m_presenter.step();
    m_hand->setVisible(!step);
    m_side->setCurrentWidget(step && step->showsPrompt ? static_cast<QWidget*>(m_prompt) : m_examples);
    const QString next = m_presenter.followingScenario() ? tr("→ next scenario") : tr("last step");
    m_keys->setText(step ? tr("%1 · ← back · P prompt · Esc leaves").arg(m_presenter.isLastStep() ? next : tr("→ next"))
                         : tr("L likes, D does not · P prompt · Esc leaves"));
    m_strip->refresh();
    scaleType();
}

void LiveStage::refresh()
{
    m_strip->refresh();
    m_board->setRows(m_presenter.boardRows());
    m_board->setGreyed(m_presenter.isStale());
    m_hand->setItems(m_presenter.hand());
    m_examples->setRows(m_presenter.examples(), true);
    const prompt::Prompt* shown = m_presenter.promptOfRow(m_board->currentRow());
    m_prompt->setPrompt(shown ? *shown : prompt::Prompt {});
    m_sideTitle->setText(m_side->currentWidget() == m_prompt ? tr("All that the model reads")
                                                             : tr("Examples that the model is shown"));
    m_state->setText(m_presenter.isFake() ? tr("Fake model: its scores mean nothing. %1").arg(m_presenter.stateText())
                                          : m_presenter.stateText());
}

void LiveStage::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Space:
    case Qt::Key_PageDown:
        m_presenter.goOn();
        break;
    case Qt::Key_Left:
    case Qt::Key_PageUp:
        m_presenter.goToStep(m_presenter.setting().step - 1);
        break;
    case Qt::Key_P:
        m_side->setCurrentIndex(1 - m_side->currentIndex());
        refresh();
        break;
    case Qt::Key_Escape:
        close();
        break;
    default:
        QWidget::keyPressEvent(event);
    }
}

void LiveStage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    scaleType();
}

void LiveStage::scaleType()
{
    QFont large;
    large.setPixelSize(
        static_cast<int>(std::max(height() / (m_presenter.step() ? linesOnScreen : linesWithCards), smallestPixels)));
    setFont(large);
}

void LiveStage::closeEvent(QCloseEvent* event)
{
    emit left();
    QWidget::closeEvent(event);
}

} // namespace driftscope::ui
