// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/engine.h"
#include "ui/engine/tuner.h"

namespace driftscope::ui {

/// An engine without a model: scores are hashes of the prompt. For trying out the window, and for tests.
class FakeEngine : public Engine, public Tuner
{
public:
    static constexpr std::int64_t contextLength = 8192;

    [[nodiscard]] Result<std::shared_ptr<const LoadedEngine>>
    load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint, const inference::LoadOptions& options,
         const JobContext& context) override;
    /// Trains nothing: losses fall and the AUC rises as they do in a good run, and the output folder is made.
    [[nodiscard]] Result<tuning::TuningOutcome>
    tune(const tuning::TuningPlan& plan, const tuning::TuningOptions& options, const JobContext& context) override;
    [[nodiscard]] bool isFake() const override { return true; }
};

} // namespace driftscope::ui
