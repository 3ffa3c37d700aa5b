// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/personaeditor.h"

#include "ui/pages/live/personaedit.h"

#include <algorithm>
#include <utility>

namespace driftscope::ui {

PersonaEditor::PersonaEditor(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
{
}

void PersonaEditor::setHistory(std::shared_ptr<const data::UserHistory> history)
{
    m_history = std::move(history);
    const simulate::Arm arm = m_setting.arm;
    m_setting = LiveSetting {.data = m_setting.data + 1, .persona = {}, .arm = arm, .script = nullptr};
}

QString PersonaEditor::titleOf(data::ItemIndex item) const
{
    return QString::fromStdString(m_history->dataset().catalog().title(item));
}

const live::LiveQuestion& PersonaEditor::told() const
{
    return m_setting.script->questions[static_cast<std::size_t>(m_setting.step)];
}

void PersonaEditor::edit(const QString& description, LiveSetting setting)
{
    setting.data = m_setting.data;
    m_workspace.edits().push(new PersonaEdit(*this, description, m_setting, std::move(setting)));
}

bool PersonaEditor::restore(const LiveSetting& setting)
{
    if (setting.data != m_setting.data)
        return false;
    const bool isOtherScript = setting.script != m_setting.script;
    const bool isOtherStep = isOtherScript || setting.step != m_setting.step;
    m_setting = setting;
    if (isOtherScript)
        emit scriptChanged();
    if (isOtherStep)
        emit stepChanged();
    emit changed();
    return true;
}

void PersonaEditor::judge(data::ItemIndex item, bool isLiked)
{
    if (!m_history)
        return;
    LiveSetting setting = m_setting;
    setting.persona.say({item, isLiked});
    const QString title = titleOf(item);
    edit(isLiked ? tr("like %1").arg(title) : tr("dislike %1").arg(title), std::move(setting));
}

void PersonaEditor::forget(data::ItemIndex item)
{
    if (!m_history)
        return;
    LiveSetting setting = m_setting;
    setting.persona.forget(item);
    edit(tr("forget %1").arg(titleOf(item)), std::move(setting));
}

void PersonaEditor::setReversed(bool isReversed)
{
    const auto order = isReversed ? live::DemonstrationOrder::Reversed : live::DemonstrationOrder::AsChosen;
    if (order == m_setting.order)
        return;
    LiveSetting setting = m_setting;
    setting.order = order;
    edit(isReversed ? tr("reverse the examples") : tr("examples in their order"), std::move(setting));
}

void PersonaEditor::setArm(simulate::Arm arm)
{
    LiveSetting setting = m_setting;
    setting.arm = std::move(arm);
    const QString name = QString::fromStdString(setting.arm.name);
    edit(tr("look through %1").arg(name), std::move(setting));
}

void PersonaEditor::reset()
{
    LiveSetting setting = m_setting;
    if (setting.script) {
        setting.persona = told().persona;
        setting.order = told().order;
    } else {
        setting.persona.forgetAll();
        setting.order = live::DemonstrationOrder::AsChosen;
    }
    edit(tr("reset the persona"), std::move(setting));
}

void PersonaEditor::startFromNobody()
{
    LiveSetting setting = m_setting;
    setting.persona = {};
    setting.script = nullptr;
    edit(tr("begin as nobody"), std::move(setting));
}

bool PersonaEditor::startFromUser(const QString& id, int events)
{
    const auto user = m_history ? m_history->dataset().findUser(id.trimmed().toStdString()) : std::nullopt;
    if (!user)
        return false;
    LiveSetting setting = m_setting;
    setting.persona = live::personaOf(*m_history, *user, static_cast<std::size_t>(std::max(events, 0)));
    setting.script = nullptr;
    edit(tr("begin as user %1").arg(id.trimmed()), std::move(setting));
    return true;
}

void PersonaEditor::drawOtherKinds()
{
    LiveSetting setting = m_setting;
    setting.script = nullptr;
    ++setting.deckSeed;
    edit(tr("draw other cards"), std::move(setting));
}

void PersonaEditor::startScript(const std::shared_ptr<const live::ScenarioScript>& script)
{
    LiveSetting setting = m_setting;
    setting.script = script;
    setting.step = 0;
    const live::LiveQuestion& first = script->questions.front();
    setting.persona = first.persona;
    setting.arm = first.arm;
    setting.order = first.order;
    edit(tr("start %1").arg(QString::fromStdString(script->scenario.title)), std::move(setting));
}

const live::Scenario* PersonaEditor::scenario() const
{
    return m_setting.script ? &m_setting.script->scenario : nullptr;
}

const live::ScenarioStep* PersonaEditor::step() const
{
    return m_setting.script ? &m_setting.script->scenario.steps[static_cast<std::size_t>(m_setting.step)] : nullptr;
}

void PersonaEditor::goToStep(int step)
{
    if (!m_setting.script || step < 0 || step >= static_cast<int>(m_setting.script->questions.size()))
        return;
    LiveSetting setting = m_setting;
    const live::LiveQuestion& wanted = setting.script->questions[static_cast<std::size_t>(step)];
    setting.step = step;
    setting.persona = wanted.persona;
    setting.order = wanted.order;
    edit(tr("step %1 of the scenario").arg(step + 1), std::move(setting));
}

void PersonaEditor::leaveScenario()
{
    if (!m_setting.script)
        return;
    LiveSetting setting = m_setting;
    setting.script = nullptr;
    setting.step = 0;
    setting.persona = {};
    setting.order = live::DemonstrationOrder::AsChosen;
    edit(tr("leave the scenario"), std::move(setting));
}

bool PersonaEditor::followsScript() const
{
    return m_setting.script && told().order == m_setting.order
        && std::ranges::equal(told().persona.said(), m_setting.persona.said());
}

} // namespace driftscope::ui
