// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/liveopening.h"

#include "ui/focus/shippedfiles.h"

#include <utility>

namespace driftscope::ui {

namespace {

QString resolved(const std::string& path, const std::filesystem::path& base)
{
    return QString::fromStdString(simulate::resolvePath(path, base).string());
}

} // namespace

/// Data and model to open, and the scenario to begin once they are there.
struct LiveOpening::Wanted {
    QString dataset; ///< empty = what is open serves
    QString label;
    QString checkpoint;
    std::optional<live::Scenario> scenario;
};

LiveOpening::LiveOpening(Workspace& workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
{
    // Their ends come after what they put into focus was taken by everybody.
    for (JobRunner* job : {&workspace.datasetJob(), &workspace.checkpointJob(), &workspace.modelJob()})
        connect(job, &JobRunner::ended, this, [this](Outcome outcome) {
            if (outcome == Outcome::Cancelled)
                giveUp(tr("Opening was stopped."));
            else if (outcome == Outcome::Finished)
                pursue();
        });
    connect(&workspace, &Workspace::failed, this, &LiveOpening::giveUp);
    for (JobRunner* job : {&m_fileJob, &m_scriptJob})
        connect(job, &JobRunner::ended, this, [this](Outcome outcome, const QString& message) {
            if (outcome != Outcome::Finished)
                emit failed(outcome == Outcome::Cancelled ? tr("Opening was stopped.") : message);
        });
}

LiveOpening::~LiveOpening() = default;

void LiveOpening::openFile(const QString& path)
{
    m_fileJob.run<live::Scenario>(
        tr("Reading the scenario"), [path](const JobContext&) { return live::Scenario::load(path.toStdString()); },
        [this](Result<live::Scenario> scenario) {
            if (scenario)
                openScenario(std::move(*scenario));
        });
}

void LiveOpening::openScenario(live::Scenario scenario)
{
    Wanted wanted {resolved(scenario.dataset, scenario.baseFolder), QString::fromStdString(scenario.label),
                   resolved(scenario.checkpoint, scenario.baseFolder), std::nullopt};
    wanted.scenario = std::move(scenario);
    open(std::move(wanted));
}

void LiveOpening::openBundled()
{
    open({shippedPath(QStringLiteral("datasets/planted")), QStringLiteral("rating>=4"),
          shippedPath(QStringLiteral("datasets/models/drift-tiny")), std::nullopt});
}

void LiveOpening::open(Wanted wanted)
{
    m_wanted = std::make_unique<Wanted>(std::move(wanted));
    const Focus& focus = m_workspace.focus();
    const bool isFake = m_workspace.engine()->isFake();
    const bool isDataOpen = focus.dataset() && focus.dataset()->path == m_wanted->dataset
        && (m_wanted->label.isEmpty() || QString::fromStdString(focus.dataset()->rule.text()) == m_wanted->label);
    if (isDataOpen)
        m_wanted->dataset.clear();
    else
        m_workspace.openDataset(m_wanted->dataset, m_wanted->label);
    if (isFake && !focus.checkpoint())
        m_workspace.openFakeModel();
    else if (!isFake && !(focus.checkpoint() && focus.checkpoint()->path == m_wanted->checkpoint))
        m_workspace.openCheckpoint(m_wanted->checkpoint);
    pursue();
}

void LiveOpening::pursue()
{
    if (!m_wanted)
        return;
    const Focus& focus = m_workspace.focus();
    const bool isData = focus.dataset() && (m_wanted->dataset.isEmpty() || focus.dataset()->path == m_wanted->dataset);
    const bool hasCheckpoint =
        focus.checkpoint() && (m_workspace.engine()->isFake() || focus.checkpoint()->path == m_wanted->checkpoint);
    const bool isOtherData = focus.dataset() && !isData && !m_workspace.datasetJob().isRunning();
    const bool isOtherModel = focus.checkpoint() && !hasCheckpoint && !m_workspace.checkpointJob().isRunning();
    if (isOtherData || isOtherModel) { // a person opened something else meanwhile
        m_wanted.reset();
        return;
    }
    const bool hasData = isData && !m_workspace.datasetJob().isRunning();
    if (hasCheckpoint && !focus.engine() && !m_workspace.modelJob().isRunning())
        m_workspace.loadModel({});
    if (!hasData || !hasCheckpoint || !focus.engine())
        return;
    const auto wanted = std::exchange(m_wanted, nullptr);
    if (wanted->scenario)
        bind(std::move(*wanted->scenario));
    else
        emit opened(nullptr);
}

void LiveOpening::bind(live::Scenario scenario)
{
    using Script = std::shared_ptr<const live::ScenarioScript>;
    const auto history = m_workspace.focus().dataset()->history;
    m_scriptJob.run<Script>(
        tr("Preparing the scenario"),
        [history, told = std::move(scenario)](const JobContext& context) -> Result<Script> {
            DRIFTSCOPE_TRY(auto script, live::ScenarioScript::bind(told, *history, context));
            return std::make_shared<const live::ScenarioScript>(std::move(script));
        },
        [this, history](Result<Script> script) {
            const auto& open = m_workspace.focus().dataset();
            if (script && open && open->history == history) // else other data were opened meanwhile
                emit opened(*script);
        });
}

void LiveOpening::giveUp(const QString& message)
{
    if (std::exchange(m_wanted, nullptr))
        emit failed(message);
}

} // namespace driftscope::ui
