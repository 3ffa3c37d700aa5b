// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parameter.h"
#include "core/demonstrations/demonstrationselector.h"

#include <string>
#include <vector>

namespace driftscope::simulate {

/// How answer scores become one score of a candidate.
enum class ScoreKind : std::uint8_t {
    LogOdds, ///< logit(positive) - logit(negative)
    PositiveLogit ///< logit(positive) alone, as the reference code of RecICL does
};

/// The demonstrations' own lag, where they are fresher or staler than the history.
enum class DemonstrationLag : std::uint8_t { AsHistory, Events, Days, Shifts };

/// How an arm treats the demonstrations that its selector chose.
struct DemonstrationPolicy {
    DemonstrationLag lagUnit = DemonstrationLag::AsHistory;
    std::int64_t lagAmount = 0;
    bool areLabelsFlipped = false; ///< liked is shown as disliked and the other way round: does the model read labels?
};

/// Whose history and demonstrations a prompt shows.
enum class ContextOf : std::uint8_t {
    Self,
    OtherUser ///< of another user at the same time, drawn by the experiment's seed: does it matter whose taste it is?
};

/// One complete way to predict, compared with others on identical queries.
struct Arm {
    /// The scorer that asks the checkpoint.
    static constexpr auto modelScorer = "model";
    /// Alone in `adapters`: all of the experiment.
    static constexpr auto allAdapters = "all";

    std::string name;
    std::string scorer = modelScorer; ///< or id in baselines(): ranks without a prompt, so what follows has no meaning
    ParameterValues scorerParameters;
    std::string selector; ///< id in demonstrationSelectors()
    ParameterValues selectorParameters;
    DemonstrationPolicy demonstrations;
    ContextOf context = ContextOf::Self;
    demonstrations::HistoryPolicy history;
    std::string wording; ///< template id or path
    ScoreKind score = ScoreKind::LogOdds;
    /// Path of another checkpoint than the experiment's, found as that one is; it carries no adapters. Empty = the
    /// experiment's.
    std::string checkpoint;
    /// Those of the experiment's adapters that the arm is scored with, as the experiment writes them.
    std::vector<std::string> adapters {allAdapters};

    /// True if the checkpoint is asked.
    [[nodiscard]] bool isModel() const { return scorer == modelScorer; }
    /// How stale the demonstrations are.
    [[nodiscard]] data::Lag demonstrationLag() const;
};

} // namespace driftscope::simulate
