// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/fakeengine.h"

#include "core/inference/fakescorer.h"
#include "core/inference/faketextmodel.h"

namespace driftscope::ui {

Result<std::shared_ptr<const LoadedEngine>>
FakeEngine::load(std::shared_ptr<const checkpoint::Checkpoint> /*checkpoint*/,
                 const inference::LoadOptions& /*options*/, const JobContext& context)
{
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Loading was stopped.");
    auto engine = std::make_shared<LoadedEngine>();
    engine->makeScorer = [](const ScorerRequest& request) -> std::unique_ptr<inference::Scorer> {
        return std::make_unique<inference::FakeScorer>(request.seed, FakeEngine::contextLength);
    };
    engine->makeTextModel = [] { return std::make_unique<inference::FakeTextModel>(1, FakeEngine::contextLength); };
    engine->name = "fake model";
    engine->device = "fake";
    engine->precision = "fp32";
    return engine;
}

} // namespace driftscope::ui
