// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/focus/armmodels.h"

#include "core/simulate/experimentsources.h"

namespace driftscope::ui {

inference::LoadOptions loadOptionsOf(const simulate::Experiment& experiment)
{
    const simulate::Experiment::CheckpointPart& part = experiment.checkpoint;
    inference::LoadOptions options;
    options.precision = inference::precisionNamed(part.precision);
    options.device = inference::deviceNamed(part.device);
    for (const std::string& adapter : part.adapters)
        options.adapters.push_back({simulate::resolvePath(adapter, experiment.baseFolder), adapter});
    return options;
}

Result<OtherCheckpoints> openOthers(const simulate::Experiment& experiment, const OpenCheckpoint& main)
{
    OtherCheckpoints others;
    if (!main.checkpoint) { // the fake model stands in for all
        for (const std::string& name : experiment.otherCheckpoints())
            others.emplace(name, main);
        return others;
    }
    DRIFTSCOPE_TRY(auto opened, simulate::openOtherCheckpoints(experiment));
    for (auto& [name, other] : opened)
        others.emplace(name,
                       OpenCheckpoint {QString::fromStdString(other.path.string()), std::move(other.checkpoint),
                                       std::move(other.tokenizer), other.contextTokens});
    return others;
}

Result<OtherEngines> loadOthers(Engine& loader, const simulate::Experiment& experiment, const OtherCheckpoints& others,
                                const JobContext& context)
{
    inference::LoadOptions options = loadOptionsOf(experiment);
    options.adapters.clear();
    OtherEngines engines;
    for (const auto& [name, other] : others) {
        DRIFTSCOPE_TRY(auto engine, loader.load(other.checkpoint, options, context));
        engines.emplace(name, std::move(engine));
    }
    return engines;
}

std::map<std::string, simulate::PromptModel> promptModels(const OtherCheckpoints& others)
{
    std::map<std::string, simulate::PromptModel> models;
    for (const auto& [name, other] : others)
        models.emplace(name, simulate::PromptModel {other.tokenizer, other.contextLength});
    return models;
}

} // namespace driftscope::ui
