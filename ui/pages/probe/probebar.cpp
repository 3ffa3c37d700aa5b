// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/probebar.h"

#include "ui/views/tableviews.h"

#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

constexpr std::size_t mostCompletedUsers = 50'000;

void narrow(QComboBox& box, int letters)
{
    box.setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box.setMinimumContentsLength(letters);
}

} // namespace

ProbeBar::ProbeBar(ProbePresenter& presenter, QWidget* parent)
    : QWidget(parent)
    , m_presenter(presenter)
    , m_user(new QLineEdit(this))
    , m_back(new QPushButton(tr("◀ Back"), this))
    , m_forward(new QPushButton(tr("Forward ▶"), this))
    , m_time(new QLineEdit(this))
    , m_arm(new QComboBox(this))
    , m_compare(new QComboBox(this))
{
    createFields();
    connectAll();
    showArms();
    showUser();
}

void ProbeBar::createFields()
{
    m_user->setPlaceholderText(tr("user id"));
    m_user->setMaximumWidth(110);
    m_user->setToolTip(tr("The id of a user; typing completes it"));
    m_back->setToolTip(tr("One interaction back (Ctrl+Left, or ← on the timeline)"));
    m_forward->setToolTip(tr("One interaction on (Ctrl+Right, or → on the timeline)"));
    m_time->setObjectName(QStringLiteral("goTo"));
    m_time->setPlaceholderText(tr("date or number"));
    m_time->setToolTip(tr("Go to the first interaction at or after a date (1998-03-01), or to one by its number"));
    m_time->setMaximumWidth(130);
    narrow(*m_arm, 12);
    m_arm->setObjectName(QStringLiteral("arm"));
    m_arm->setToolTip(tr("The experiment's arm that chooses and words the prompt here"));
    narrow(*m_compare, 10);
    m_compare->setObjectName(QStringLiteral("compare"));
    m_compare->setToolTip(tr("Rank the same moment by another arm too, side by side"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    const auto addField = [&](const QString& text, QWidget* field) {
        auto* label = new QLabel(text, this);
        label->setBuddy(field);
        row->addWidget(label);
        row->addWidget(field);
    };
    addField(tr("&User"), m_user);
    row->addWidget(m_back);
    row->addWidget(m_forward);
    addField(tr("&Go to"), m_time);
    row->addStretch(1);
    addField(tr("&Arm"), m_arm);
    addField(tr("compared &with"), m_compare);
}

void ProbeBar::connectAll()
{
    Focus& focus = m_presenter.workspace().focus();
    connect(m_user, &QLineEdit::returnPressed, this, [this] {
        if (m_presenter.chooseUser(m_user->text()))
            emit userEntered();
        else
            emit problemFound(tr("There is no user '%1' in this dataset.").arg(m_user->text()));
    });
    connect(m_time, &QLineEdit::returnPressed, this, [this] {
        if (m_presenter.goTo(m_time->text()))
            m_time->clear();
        else
            emit problemFound(
                tr("'%1' is neither a date such as 1998-03-01 nor the number of an interaction.").arg(m_time->text()));
    });
    connect(m_back, &QPushButton::clicked, this, [this] { emit stepped(-1); });
    connect(m_forward, &QPushButton::clicked, this, [this] { emit stepped(1); });
    connect(m_arm, &QComboBox::activated, this, [&focus](int index) { focus.setArm(static_cast<std::size_t>(index)); });
    connect(m_compare, &QComboBox::activated, this, [this](int index) {
        m_presenter.compareWith(index > 0 ? std::optional(static_cast<std::size_t>(index - 1)) : std::nullopt);
    });
    connect(&m_presenter, &ProbePresenter::userChanged, this, &ProbeBar::showUser);
    connect(&focus, &Focus::experimentChanged, this, &ProbeBar::showArms);
    connect(&focus, &Focus::armChanged, this, &ProbeBar::showArms);
}

void ProbeBar::focusUser()
{
    m_user->setFocus();
    m_user->selectAll();
}

void ProbeBar::showUser()
{
    m_user->setText(m_presenter.userId());
    const auto& open = m_presenter.workspace().focus().dataset();
    if (open && std::exchange(m_completedData, &open->dataset()) != &open->dataset())
        completeUsers();
}

void ProbeBar::completeUsers()
{
    const data::Dataset& dataset = *m_presenter.dataset();
    QStringList ids;
    for (data::UserIndex user = 0; user < std::min(dataset.userCount(), mostCompletedUsers); ++user)
        ids << QString::fromStdString(dataset.userId(user));
    auto* completer = new QCompleter(ids, m_user);
    completer->setMaxVisibleItems(12);
    m_user->setCompleter(completer);
    connect(completer, QOverload<const QString&>::of(&QCompleter::activated), this,
            [this](const QString& id) { m_presenter.chooseUser(id); });
}

void ProbeBar::showArms()
{
    const Focus& focus = m_presenter.workspace().focus();
    m_arm->clear();
    m_compare->clear();
    m_compare->addItem(tr("no other arm"));
    for (const auto& arm : focus.experiment().arms) {
        const QIcon icon = armIcon(static_cast<std::size_t>(m_arm->count()), palette());
        m_arm->addItem(icon, QString::fromStdString(arm.name));
        m_compare->addItem(icon, QString::fromStdString(arm.name));
    }
    m_arm->setCurrentIndex(static_cast<int>(focus.arm()));
    m_compare->setCurrentIndex(m_presenter.comparedArm() ? static_cast<int>(*m_presenter.comparedArm()) + 1 : 0);
}

void ProbeBar::showAnswer()
{
    const int position = m_presenter.position();
    m_back->setEnabled(position > 0);
    m_forward->setEnabled(position >= 0 && position + 1 < m_presenter.lifeLength());
}

} // namespace driftscope::ui
