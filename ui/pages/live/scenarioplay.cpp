// SPDX-License-Identifier: GPL-3.0-or-later
// The part of LivePresenter that opens what a scenario needs and walks through its steps.
#include "ui/focus/shippedfiles.h"
#include "ui/pages/live/livepresenter.h"
#include "ui/pages/live/livewanted.h"

#include <algorithm>
#include <utility>

namespace driftscope::ui {

namespace {

QString resolved(const std::string& path, const std::filesystem::path& base)
{
    return QString::fromStdString(simulate::resolvePath(path, base).lexically_normal().string());
}

QString effectText(const live::PromisedEffect& promised, const std::vector<live::KindRank>& ranks)
{
    const QString kind = QString::fromStdString(promised.kind);
    const auto found = std::ranges::find(ranks, promised.kind, &live::KindRank::kind);
    if (found == ranks.end())
        return LivePresenter::tr("%1 is not ranked").arg(kind);
    const QString now = QString::number(found->meanRank, 'f', 1);
    const QString was = found->meanRankBefore ? QString::number(*found->meanRankBefore, 'f', 1) : QString();
    switch (promised.effect) {
    case live::Effect::Rises:
        return LivePresenter::tr("%1 rises: mean place %2 → %3").arg(kind, was, now);
    case live::Effect::Falls:
        return LivePresenter::tr("%1 falls: mean place %2 → %3").arg(kind, was, now);
    case live::Effect::Leads:
        return LivePresenter::tr("%1 leads: mean place %2").arg(kind, now);
    case live::Effect::Trails:
        return LivePresenter::tr("%1 is last: mean place %2").arg(kind, now);
    }
    return {};
}

} // namespace

void LivePresenter::startScenario(live::Scenario scenario)
{
    Wanted wanted {resolved(scenario.dataset, scenario.baseFolder), QString::fromStdString(scenario.label),
                   resolved(scenario.checkpoint, scenario.baseFolder), std::nullopt};
    wanted.scenario = std::move(scenario);
    want(std::move(wanted));
}

void LivePresenter::openScenario(const QString& path)
{
    auto scenario = live::Scenario::load(path.toStdString());
    if (scenario)
        startScenario(std::move(*scenario));
    else
        takeProblem(QString::fromStdString(scenario.error().message));
}

void LivePresenter::openBundled()
{
    want({shippedPath(QStringLiteral("datasets/planted")), QStringLiteral("rating>=4"),
          shippedPath(QStringLiteral("datasets/models/drift-tiny")), std::nullopt});
}

void LivePresenter::want(Wanted wanted)
{
    m_wanted = std::make_unique<Wanted>(std::move(wanted));
    const Focus& focus = m_workspace.focus();
    const bool isDataOpen = focus.dataset() && focus.dataset()->path == m_wanted->dataset
        && (m_wanted->label.isEmpty() || QString::fromStdString(focus.dataset()->rule.text()) == m_wanted->label);
    if (isDataOpen)
        m_wanted->dataset.clear();
    else
        m_workspace.openDataset(m_wanted->dataset, m_wanted->label);
    if (isFake() && !focus.checkpoint())
        m_workspace.openFakeModel();
    else if (!isFake() && !(focus.checkpoint() && focus.checkpoint()->path == m_wanted->checkpoint))
        m_workspace.openCheckpoint(m_wanted->checkpoint);
    refresh();
}

void LivePresenter::pursue()
{
    const Focus& focus = m_workspace.focus();
    const bool isOtherData = focus.dataset() && !m_workspace.datasetJob().isRunning() && !m_wanted->dataset.isEmpty()
        && focus.dataset()->path != m_wanted->dataset;
    const bool isOtherModel = focus.checkpoint() && !m_workspace.checkpointJob().isRunning() && !isFake()
        && focus.checkpoint()->path != m_wanted->checkpoint;
    if (isOtherData || isOtherModel) { // a person opened something else meanwhile
        m_wanted.reset();
        return;
    }
    const bool hasData = focus.dataset() && (m_wanted->dataset.isEmpty() || focus.dataset()->path == m_wanted->dataset)
        && !m_workspace.datasetJob().isRunning();
    const bool hasCheckpoint = focus.checkpoint() && (isFake() || focus.checkpoint()->path == m_wanted->checkpoint);
    if (hasCheckpoint && !focus.engine() && !m_workspace.modelJob().isRunning())
        m_workspace.loadModel({});
    if (!hasData || !hasCheckpoint || !focus.engine())
        return;
    const auto wanted = std::exchange(m_wanted, nullptr);
    if (wanted->scenario)
        beginScenario(std::move(*wanted->scenario));
    else
        startFromNobody();
}

void LivePresenter::beginScenario(live::Scenario scenario)
{
    m_scriptJob.run<std::shared_ptr<const live::ScenarioScript>>(
        tr("Reading the scenario"),
        [history = m_workspace.focus().dataset()->history,
         told = std::move(scenario)](const JobContext&) -> Result<std::shared_ptr<const live::ScenarioScript>> {
            DRIFTSCOPE_TRY(auto script, live::ScenarioScript::bind(told, *history));
            return std::make_shared<const live::ScenarioScript>(std::move(script));
        },
        [this, data = m_setting.data](Result<std::shared_ptr<const live::ScenarioScript>> script) {
            if (!script) {
                takeProblem(QString::fromStdString(script.error().message));
            } else if (data == m_setting.data) {
                LiveSetting setting = m_setting;
                setting.script = std::move(*script);
                setting.step = 0;
                const live::LiveQuestion& first = setting.script->questions.front();
                setting.persona = first.persona;
                setting.arm = first.arm;
                setting.order = first.order;
                const QString title = QString::fromStdString(setting.script->scenario.title);
                edit(tr("start %1").arg(title), std::move(setting));
            }
        });
}

const live::Scenario* LivePresenter::scenario() const
{
    return m_setting.script ? &m_setting.script->scenario : nullptr;
}

const live::ScenarioStep* LivePresenter::step() const
{
    return m_setting.script ? &m_setting.script->scenario.steps[static_cast<std::size_t>(m_setting.step)] : nullptr;
}

void LivePresenter::goToStep(int step)
{
    if (!m_setting.script || step < 0 || step >= static_cast<int>(m_setting.script->questions.size()))
        return;
    LiveSetting setting = m_setting;
    const live::LiveQuestion& told = setting.script->questions[static_cast<std::size_t>(step)];
    setting.step = step;
    setting.persona = told.persona;
    setting.order = told.order;
    edit(tr("step %1 of the scenario").arg(step + 1), std::move(setting));
}

bool LivePresenter::isLastStep() const
{
    return m_setting.script && m_setting.step + 1 == static_cast<int>(m_setting.script->questions.size());
}

const live::Scenario* LivePresenter::followingScenario() const
{
    if (!scenario())
        return nullptr;
    const auto at = std::ranges::find(m_scenarios, scenario()->title, &live::Scenario::title);
    return at == m_scenarios.end() || at + 1 == m_scenarios.end() ? nullptr : &*(at + 1);
}

void LivePresenter::goOn()
{
    const live::Scenario* following = followingScenario();
    if (!isLastStep())
        goToStep(m_setting.step + 1);
    else if (following)
        startScenario(*following);
}

void LivePresenter::leaveScenario()
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

bool LivePresenter::followsScript() const
{
    if (!m_setting.script)
        return false;
    const live::LiveQuestion& told = m_setting.script->questions[static_cast<std::size_t>(m_setting.step)];
    return told.order == m_setting.order && std::ranges::equal(told.persona.said(), m_setting.persona.said());
}

std::vector<EffectRow> LivePresenter::effects() const
{
    std::vector<EffectRow> rows;
    if (!followsScript() || m_isStale || !m_answer || !step())
        return rows;
    const auto before = m_stepRankings.find(m_setting.step - 1);
    const auto ranks =
        live::kindRanks(m_answer->ranking, before == m_stepRankings.end() ? nullptr : &before->second, m_cards->kinds);
    for (const auto& promised : step()->effects)
        rows.push_back({effectText(promised, ranks), live::isSeen(promised.effect, promised.kind, ranks)});
    return rows;
}

} // namespace driftscope::ui
