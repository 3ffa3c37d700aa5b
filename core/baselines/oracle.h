// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/baseline.h"

#include <optional>

namespace driftscope::baselines {

/// Knows the planted truth, so that a curve has its ceiling (the taste at the moment) and what not following a shift
/// costs (the taste before the latest one). Scores are the log-odds of a liked label, its noise included.
class Oracle : public Baseline
{
public:
    enum class Knows : std::uint8_t { TasteNow, TasteBeforeShift };

    explicit Oracle(Knows knows);
    /// @retval ErrorCode::Inconsistent  the dataset has no truth.json.
    [[nodiscard]] Result<> prepare(const data::UserHistory& history) override;
    [[nodiscard]] Result<std::vector<double>> scoreCandidates(const BaselineQuery& query) const override;

private:
    Knows m_knows;
    std::optional<data::UserHistory> m_history;
};

} // namespace driftscope::baselines
