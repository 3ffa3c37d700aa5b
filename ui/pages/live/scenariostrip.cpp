// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/scenariostrip.h"

#include "ui/pages/live/livepresenter.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace driftscope::ui {

ScenarioStrip::ScenarioStrip(LivePresenter& presenter, bool hasButtons, QWidget* parent)
    : QFrame(parent)
    , m_presenter(presenter)
{
    setFrameShape(QFrame::StyledPanel);
    auto* layout = new QHBoxLayout(this);
    auto* words = new QVBoxLayout;
    words->setSpacing(3);
    m_title = new QLabel(this);
    QFont bold; // its size is left to the window, which presentation mode makes larger
    bold.setBold(true);
    m_title->setFont(bold);
    m_say = new QLabel(this);
    m_look = new QLabel(this);
    m_effects = new QLabel(this);
    for (QLabel* label : {m_title, m_say, m_look, m_effects}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        words->addWidget(label);
    }
    layout->addLayout(words, 1);
    if (hasButtons)
        layout->addWidget(createButtons());
    refresh();
}

QWidget* ScenarioStrip::createButtons()
{
    auto* column = new QWidget(this);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins({});
    m_next = new QPushButton(tr("Next ▶"), column);
    m_next->setToolTip(tr("The next step (Alt+Right)"));
    m_back = new QPushButton(tr("◀ Back"), column);
    m_back->setToolTip(tr("The step before (Alt+Left)"));
    auto* leave = new QPushButton(tr("Play freely"), column);
    leave->setToolTip(tr("Leaves the scenario and begins with nobody"));
    for (QPushButton* button : {m_next, m_back, leave})
        layout->addWidget(button);
    layout->addStretch(1);
    connect(m_next, &QPushButton::clicked, &m_presenter, &LivePresenter::goOn);
    connect(m_back, &QPushButton::clicked, this, [this] { m_presenter.goToStep(m_presenter.setting().step - 1); });
    connect(leave, &QPushButton::clicked, this, [this] { m_presenter.leaveScenario(); });
    return column;
}

void ScenarioStrip::refresh()
{
    const live::Scenario* scenario = m_presenter.scenario();
    const live::ScenarioStep* step = m_presenter.step();
    setVisible(step != nullptr);
    if (!step)
        return;
    const int position = m_presenter.setting().step;
    const auto count = static_cast<int>(scenario->steps.size());
    m_title->setText(tr("%1 · %2 of %3 · %4")
                         .arg(QString::fromStdString(scenario->title))
                         .arg(position + 1)
                         .arg(count)
                         .arg(QString::fromStdString(step->title)));
    m_say->setText(QString::fromStdString(step->say));
    m_look->setText(tr("Look: %1").arg(QString::fromStdString(step->look)));
    m_look->setVisible(!step->look.empty());
    QStringList lines;
    for (const auto& effect : m_presenter.effects())
        lines << (effect.isSeen ? QStringLiteral("✓ ") + effect.text
                                : tr("✗ not seen with this model: %1").arg(effect.text));
    m_effects->setText(lines.join(QStringLiteral("   ")));
    if (m_next) {
        const auto* following = m_presenter.followingScenario();
        const bool isLast = m_presenter.isLastStep();
        m_next->setText(isLast && following ? tr("Next scenario ▶") : tr("Next ▶"));
        m_next->setToolTip(isLast && following
                               ? tr("Begins “%1” (Alt+Right)").arg(QString::fromStdString(following->title))
                               : tr("The next step (Alt+Right)"));
        m_next->setEnabled(!isLast || following);
        m_back->setEnabled(position > 0);
    }
}

void ScenarioStrip::focusNext()
{
    if (m_next)
        m_next->setFocus();
}

} // namespace driftscope::ui
