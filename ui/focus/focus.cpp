// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/focus/focus.h"

#include <utility>

namespace driftscope::ui {

namespace {

/// The draft keeps its own spelling of a path that leads to the same place: it is part of the experiment's hash.
void adopt(std::string& spelled, const std::string& opened, const std::filesystem::path& base)
{
    if (spelled.empty() || simulate::resolvePath(spelled, base) != std::filesystem::path(opened))
        spelled = opened;
}

/// As adopt(), for the label rule: empty means the default of the data.
void adoptRule(std::string& spelled, const OpenDataset& dataset)
{
    const std::string standard = data::LabelRule::defaultFor(dataset.dataset().ratingKind()).text();
    if ((spelled.empty() ? standard : spelled) != dataset.rule.text())
        spelled = dataset.rule.text();
}

} // namespace

Focus::Focus(QObject* parent)
    : QObject(parent)
    , m_experiment(draftExperiment())
    , m_arm(m_experiment.arms.size() - 1) // the one with demonstrations: there is more to see
{
}

void Focus::setDataset(OpenDataset dataset)
{
    const bool isSameData = m_dataset && &m_dataset->dataset() == &dataset.dataset();
    m_dataset = std::move(dataset);
    adopt(m_experiment.dataset.path, m_dataset->path.toStdString(), m_experiment.baseFolder);
    adoptRule(m_experiment.dataset.label, *m_dataset);
    m_experiment.dataset.format = m_dataset->form.format;
    m_experiment.dataset.columns = m_dataset->form.columns;
    if (!isSameData)
        m_moment.reset();
    emit datasetChanged();
    emit experimentChanged();
    if (!isSameData)
        emit momentChanged();
}

void Focus::setCheckpoint(OpenCheckpoint checkpoint)
{
    m_checkpoint = std::move(checkpoint);
    adopt(m_experiment.checkpoint.path, m_checkpoint->path.toStdString(), m_experiment.baseFolder);
    m_engine.reset(); // weights of another checkpoint
    emit checkpointChanged();
    emit engineChanged();
    emit experimentChanged();
}

void Focus::setEngine(std::shared_ptr<const LoadedEngine> engine)
{
    m_engine = std::move(engine);
    emit engineChanged();
}

void Focus::setExperiment(simulate::Experiment experiment)
{
    m_experiment = std::move(experiment);
    if (m_arm >= m_experiment.arms.size())
        m_arm = 0;
    emit experimentChanged();
    emit armChanged();
}

void Focus::setArm(std::size_t arm)
{
    if (arm == m_arm || arm >= m_experiment.arms.size())
        return;
    m_arm = arm;
    emit armChanged();
}

void Focus::setMoment(std::optional<data::InteractionIndex> moment)
{
    if (moment == m_moment)
        return;
    m_moment = moment;
    emit momentChanged();
}

void Focus::setLeaks(std::uint64_t leaks)
{
    if (std::exchange(m_leaks, leaks) != leaks)
        emit leaksChanged();
}

simulate::Experiment draftExperiment()
{
    simulate::Experiment experiment;
    experiment.name = "draft";
    experiment.replay.maxUsers = 50;
    experiment.replay.queriesPerUser = 10;
    simulate::Arm none;
    none.name = "no demonstrations";
    none.selector = "none";
    none.wording = "movies";
    simulate::Arm recent = none;
    recent.name = "recent 4";
    recent.selector = "recent";
    recent.selectorParameters = {{"k", std::int64_t {4}}, {"labels", std::string("both")}};
    experiment.arms = {std::move(none), std::move(recent)};
    return experiment;
}

} // namespace driftscope::ui
