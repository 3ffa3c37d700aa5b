// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/personastart.h"

#include "ui/pages/live/livepresenter.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace driftscope::ui {

PersonaStart::PersonaStart(LivePresenter& presenter, const Focus& focus, QWidget* parent)
    : QWidget(parent)
    , m_presenter(presenter)
{
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins({});
    m_start = new QLabel(this);
    m_start->setWordWrap(true);
    auto* nobody = new QPushButton(tr("As nobody"), this);
    nobody->setToolTip(tr("A persona of whom nothing is known"));
    m_user = new QLineEdit(this);
    m_user->setPlaceholderText(tr("user id"));
    m_user->setAccessibleName(tr("User to begin as"));
    m_events = new QSpinBox(this);
    m_events->setRange(0, 1'000'000);
    m_events->setPrefix(tr("after "));
    m_events->setToolTip(tr("So many of the user's interactions are known"));
    m_events->setAccessibleName(tr("Interactions of the user that are known"));
    auto* user = new QPushButton(tr("As this user"), this);
    user->setToolTip(tr("What that user had done is known; the persona goes on from there"));
    layout->addWidget(m_start, 0, 0, 1, 2);
    layout->addWidget(m_user, 1, 0);
    layout->addWidget(m_events, 1, 1);
    layout->addWidget(user, 2, 0);
    layout->addWidget(nobody, 2, 1);
    connect(nobody, &QPushButton::clicked, &presenter, &LivePresenter::startFromNobody);
    connect(user, &QPushButton::clicked, this, &PersonaStart::startFromUser);
    connect(m_user, &QLineEdit::returnPressed, this, &PersonaStart::startFromUser);
    connect(&focus, &Focus::momentChanged, this, &PersonaStart::offerProbedUser);
}

void PersonaStart::refresh()
{
    m_start->setText(tr("The persona %1. Begin anew:").arg(m_presenter.startText()));
}

void PersonaStart::startFromUser()
{
    if (!m_presenter.startFromUser(m_user->text(), m_events->value()))
        m_start->setText(tr("There is no user '%1' in this dataset.").arg(m_user->text()));
}

void PersonaStart::offerProbedUser()
{
    if (const auto probed = m_presenter.probedUser()) {
        m_user->setText(probed->first);
        m_events->setValue(probed->second);
    }
}

} // namespace driftscope::ui
