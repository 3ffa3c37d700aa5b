// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parameter.h"
#include "core/demonstrations/demonstrationselector.h"

#include <string>

namespace driftscope::simulate {

/// How answer scores become one score of a candidate.
enum class ScoreKind : std::uint8_t {
    LogOdds, ///< logit(positive) - logit(negative)
    PositiveLogit ///< logit(positive) alone, as the reference code of RecICL does
};

/// One complete way to predict, compared with others on identical queries.
struct Arm {
    std::string name;
    std::string selector; ///< id in demonstrationSelectors()
    ParameterValues selectorParameters;
    demonstrations::HistoryPolicy history;
    std::string wording; ///< template id or path
    ScoreKind score = ScoreKind::LogOdds;
};

} // namespace driftscope::simulate
