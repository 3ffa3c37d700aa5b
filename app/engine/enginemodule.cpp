// SPDX-License-Identifier: GPL-3.0-or-later
// The inference engine as a library of its own, which the window opens when a model is loaded: libtorch alone takes
// most of a second to load.
#include "core/baselines/torchsequencetrainer.h"
#include "core/inference/llmscorer.h"
#include "core/inference/llmtextmodel.h"
#include "core/inference/loadedmodel.h"
#include "ui/engine/engine.h"
#include "ui/engine/tuner.h"

namespace {

using namespace driftscope;

std::string precisionName(inference::Precision precision)
{
    return precision == inference::Precision::Bf16 ? "bf16" : "fp32";
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
        auto engine = std::make_shared<ui::LoadedEngine>();
        engine->makeScorer = [model](const ui::ScorerRequest& request) {
            inference::SessionOptions session;
            session.batchTokens = request.batchTokens;
            session.cacheBytes = request.cacheBytes;
            return inference::makeScorer(model, session);
        };
        engine->makeTextModel = [model] { return inference::makeTextModel(model); };
        engine->sequences = baselines::makeSequenceTrainer();
        engine->name = name;
        engine->device = model->device();
        engine->precision = precisionName(model->precision());
        engine->libraryVersion = DRIFTSCOPE_LIBTORCH_VERSION;
        engine->weightBytes = model->weightBytes();
        return std::shared_ptr<const ui::LoadedEngine>(std::move(engine));
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
