// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/sequencetrainer.h"

namespace driftscope::baselines {

/// Trains SASRecs with libtorch on the CPU; the same task gives the same model with the same number of threads.
[[nodiscard]] std::shared_ptr<const SequenceTrainer> makeSequenceTrainer();

} // namespace driftscope::baselines
