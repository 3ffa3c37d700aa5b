// SPDX-License-Identifier: GPL-3.0-or-later
// The inference engine as a library of its own, which the window opens when a model is loaded: libtorch alone takes
// most of a second to load.
#include "core/baselines/torchsequencetrainer.h"
#include "core/inference/llmscorer.h"
#include "core/inference/llmtextmodel.h"
#include "core/inference/loadedmodel.h"
#include "ui/engine/engine.h"
#include "ui/engine/tuner.h"

#include <algorithm>
#include <utility>

namespace {

using namespace driftscope;

std::string precisionName(inference::Precision precision)
{
    return precision == inference::Precision::Bf16 ? "bf16" : "fp32";
}

using Model = std::shared_ptr<const inference::LoadedModel>;
using Engine = std::shared_ptr<const ui::LoadedEngine>;

Engine engineOf(const Model& model, const std::string& name, std::vector<std::string> active);

/// The same weights with other adapters active.
Result<Engine> switched(const Model& model, const std::string& name,
                        const std::vector<inference::AdapterChoice>& wanted, const JobContext& context)
{
    const auto known = model->adapterNames();
    std::vector<inference::AdapterChoice> missing;
    std::vector<std::string> active;
    for (const inference::AdapterChoice& choice : wanted) {
        active.push_back(choice.name);
        if (std::ranges::find(known, choice.name) == known.end())
            missing.push_back(choice);
    }
    if (missing.empty())
        return engineOf(model, name, std::move(active));
    DRIFTSCOPE_TRY(const Model more, model->withAdapters(missing, context));
    return engineOf(more, name, std::move(active));
}

Engine engineOf(const Model& model, const std::string& name, std::vector<std::string> active)
{
    auto engine = std::make_shared<ui::LoadedEngine>();
    engine->makeScorer = [model, active](const ui::ScorerRequest& request) {
        inference::SessionOptions session;
        session.batchTokens = request.batchTokens;
        session.cacheBytes = request.cacheBytes;
        session.adapters = active;
        return inference::makeScorer(model, session);
    };
    engine->makeTextModel = [model, active] {
        inference::SessionOptions session;
        session.adapters = active;
        return inference::makeTextModel(model, session);
    };
    engine->withAdapters = [model, name](const std::vector<inference::AdapterChoice>& wanted,
                                         const JobContext& context) { return switched(model, name, wanted, context); };
    engine->adapters = model->adapterNames();
    engine->activeAdapters = std::move(active);
    engine->sequences = baselines::makeSequenceTrainer();
    engine->name = name;
    engine->device = model->device();
    engine->precision = precisionName(model->precision());
    engine->libraryVersion = DRIFTSCOPE_LIBTORCH_VERSION;
    engine->weightBytes = model->weightBytes();
    return engine;
}

class TorchEngine : public ui::Engine, public ui::Tuner
{
public:
    Result<std::shared_ptr<const ui::LoadedEngine>> load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint,
                                                         const inference::LoadOptions& options,
                                                         const JobContext& context) override
    {
        const std::string name = checkpoint->path().filename().string();
        DRIFTSCOPE_TRY(const auto model, inference::LoadedModel::load(std::move(checkpoint), options, context));
        return engineOf(model, name, model->adapterNames());
    }

    Result<tuning::TuningOutcome> tune(const tuning::TuningPlan& plan, const tuning::TuningOptions& options,
                                       const JobContext& context) override
    {
        return tuning::tune(plan, options, context);
    }
};

} // namespace

/// What LazyEngine looks for. The caller owns the engine; the library is never unloaded.
extern "C" __attribute__((visibility("default"))) driftscope::ui::Engine* driftscopeMakeEngine()
{
    return new TorchEngine;
}
