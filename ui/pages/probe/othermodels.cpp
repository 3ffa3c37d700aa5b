// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/othermodels.h"

#include <algorithm>

namespace driftscope::ui {

namespace {

std::string keyOf(const simulate::Experiment& experiment, const std::string& checkpoint)
{
    return simulate::resolvePath(checkpoint, experiment.baseFolder).string();
}

} // namespace

OtherModels::OtherModels(std::shared_ptr<Engine> loader, QObject* parent)
    : QObject(parent)
    , m_loader(std::move(loader))
{
}

const OtherModels::Model* OtherModels::find(const simulate::Experiment& experiment, const std::string& checkpoint,
                                            bool isLoaded) const
{
    const auto known = m_models.find(keyOf(experiment, checkpoint));
    return known == m_models.end() || (isLoaded && !known->second.engine) ? nullptr : &known->second;
}

void OtherModels::request(simulate::Experiment experiment, const std::string& checkpoint, const OpenCheckpoint& main,
                          bool isLoaded)
{
    const std::string key = keyOf(experiment, checkpoint);
    if (m_job.isRunning() && m_requested == key + (isLoaded ? " loaded" : ""))
        return; // a step in time does not begin it anew
    m_requested = key + (isLoaded ? " loaded" : "");
    std::erase_if(experiment.arms, [&](const simulate::Arm& arm) { return arm.checkpoint != checkpoint; });
    if (experiment.arms.empty()) {
        experiment.arms.emplace_back();
        experiment.arms.front().checkpoint = checkpoint;
    }
    m_job.run<Model>(
        tr("Loading the arm's own model"),
        [loader = m_loader, experiment, main, isLoaded, checkpoint](const JobContext& context) -> Result<Model> {
            DRIFTSCOPE_TRY(auto opened, openOthers(experiment, main));
            Model model {opened.at(checkpoint), nullptr};
            if (isLoaded) {
                DRIFTSCOPE_TRY(auto engines, loadOthers(*loader, experiment, opened, context));
                model.engine = engines.at(checkpoint);
            }
            return model;
        },
        [this, key](Result<Model> model) {
            if (!model) {
                emit failed(model.error());
                return;
            }
            m_models[key] = std::move(*model);
            emit changed();
        });
}

void OtherModels::clear()
{
    m_job.cancel();
    m_models.clear();
}

} // namespace driftscope::ui
