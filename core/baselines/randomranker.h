// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/baseline.h"

namespace driftscope::baselines {

/// Scores in [-0.5, 0.5) that depend on seed, user, moment and item alone: the floor of every curve.
class RandomRanker : public Baseline
{
public:
    [[nodiscard]] Result<> prepare(const data::UserHistory& history) override;
    [[nodiscard]] Result<std::vector<double>> scoreCandidates(const BaselineQuery& query) const override;
};

} // namespace driftscope::baselines
