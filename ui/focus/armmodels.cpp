// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/focus/armmodels.h"

#include "core/tokenizer/tokenizerloader.h"

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
    for (const std::string& name : experiment.otherCheckpoints()) {
        if (!main.checkpoint) { // the fake model stands in for all
            others.emplace(name, main);
            continue;
        }
        const auto path = simulate::resolvePath(name, experiment.baseFolder);
        DRIFTSCOPE_TRY(auto opened, checkpoint::Checkpoint::open(path));
        DRIFTSCOPE_TRY(auto tokenizer, tokenizer::loadTokenizer(path));
        const std::int64_t context = opened->config().contextLength;
        others.emplace(
            name,
            OpenCheckpoint {QString::fromStdString(path.string()), std::move(opened), std::move(tokenizer), context});
    }
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
