// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tuning/trainer.h"

namespace driftscope::ui {

/// What tunes checkpoints: an Engine that can is one as well. Threads may share it.
class Tuner
{
public:
    virtual ~Tuner() = default;
    /// As tuning::tune(); also
    /// @retval ErrorCode::NotFound  the engine's library is not where the program looks for it.
    [[nodiscard]] virtual Result<tuning::TuningOutcome>
    tune(const tuning::TuningPlan& plan, const tuning::TuningOptions& options, const JobContext& context) = 0;
};

} // namespace driftscope::ui
