// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/start/startpresenter.h"

#include "core/data/drifttruth.h"
#include "ui/focus/shippedfiles.h"

#include <system_error>

namespace driftscope::ui {

namespace {

constexpr std::size_t eventsBefore = 20; // enough of the old taste to be told from the new one
constexpr std::size_t eventsAfter = 10; // where fresh and stale contexts are far apart in drift-seen.json

QString existing(const std::filesystem::path& path)
{
    std::error_code ignored;
    return std::filesystem::exists(path, ignored) ? QString::fromStdString(path.string()) : QString();
}

} // namespace

PreparedData PreparedData::find(const std::filesystem::path& dataFolder)
{
    return {existing(dataFolder / "datasets" / "ml-100k"), existing(dataFolder / "models" / "smollm2-135m-instruct")};
}

std::optional<data::InteractionIndex> momentAfterShift(const data::Dataset& dataset)
{
    const auto* truth = dataset.truth();
    if (!truth)
        return {};
    std::optional<data::InteractionIndex> second; // an abrupt shift that is no swap
    for (data::UserIndex user = 0; user < dataset.userCount(); ++user) {
        const auto own = dataset.ofUser(user);
        for (const data::TasteShift& shift : truth->users[user].shifts) {
            const std::size_t event = shift.event + eventsAfter;
            if (shift.kind != data::ShiftKind::Abrupt || shift.event < eventsBefore || event >= own.size())
                continue;
            if (shift.isSwap)
                return own[event];
            if (!second)
                second = own[event];
        }
    }
    return second;
}

StartPresenter::StartPresenter(Workspace& workspace, std::filesystem::path dataFolder, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_dataFolder(std::move(dataFolder))
    , m_driftExperiment(shippedPath(QStringLiteral("resources/experiments/drift-seen.json")))
{
}

void StartPresenter::openDrift(std::function<void()> call)
{
    if (m_driftExperiment.isEmpty()) {
        emit failed(tr("The bundled data is not beside the program; install the program again."));
        return;
    }
    m_workspace.openExperiment(m_driftExperiment);
    m_workspace.experimentJob().whenEnded(this, [this, run = std::move(call)](Outcome) {
        if (m_workspace.experimentFile() == m_driftExperiment) // else the workspace has said what is wrong
            run();
    });
}

void StartPresenter::seeDrift()
{
    openDrift([this] {
        m_workspace.focus().setArm(0); // fresh context
        m_workspace.loadWhenRead();
        whenDatasetIsOpen([this] {
            if (const auto moment = momentAfterShift(m_workspace.focus().dataset()->dataset()))
                m_workspace.focus().setMoment(moment);
            emit driftReady();
        });
    });
}

void StartPresenter::compareDrift()
{
    openDrift([this] { emit compareReady(); });
}

void StartPresenter::probeReal()
{
    const PreparedData found = prepared();
    if (!found.isComplete()) {
        emit failed(
            tr("The model and the data are not set up yet: run packaging/setup.sh in the folder of the source."));
        return;
    }
    m_workspace.openDataset(found.dataset);
    if (m_workspace.engine()->isFake())
        m_workspace.openFakeModel();
    else
        m_workspace.openCheckpoint(found.checkpoint);
    m_workspace.loadWhenRead();
    emit probeReady();
}

void StartPresenter::whenDatasetIsOpen(std::function<void()> call)
{
    m_workspace.datasetJob().whenEnded(this, [this, run = std::move(call)](Outcome outcome) {
        if (outcome == Outcome::Finished && m_workspace.focus().dataset())
            run();
    });
}

} // namespace driftscope::ui
