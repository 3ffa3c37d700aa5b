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
    bool areNegativesLeftOut = false; ///< those chosen less the disliked ones: do dislikes tell anything?
};

/// What an arm does to histories, of the query and of its demonstrations, on purpose.
struct HistoryControls {
    bool isShuffled = false; ///< in an order drawn by seed and moment: does the order matter?
    bool isFake = false; ///< as many liked items of anyone, drawn by seed and moment: does it matter what stands there?
};

/// Whose history and demonstrations a prompt shows.
enum class ContextOf : std::uint8_t {
    Self,
    OtherUser, ///< of another user at the same time, drawn by the experiment's seed: does it matter whose taste it is?
    OtherUsersDemonstrations ///< the user's own history, with demonstrations of that other user
};

/// What one choice of demonstrations and history is made for, where similarity makes it.
enum class ContextFor : std::uint8_t {
    Query, ///< all candidates together, so that they share their prompt
    Candidate ///< each candidate alone: as many contexts as candidates
};

/// What is taken off a score, so that scores of different contexts can be compared.
enum class Calibration : std::uint8_t {
    None,
    Contextual, ///< the score of the same prompt about nothing (Zhao et al., arXiv 2102.09690)
    Prior ///< the log-odds of the labels that the demonstrations show, one added to both counts
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
    ContextFor contextFor = ContextFor::Query;
    demonstrations::HistoryPolicy history;
    HistoryControls historyControls;
    bool areTitlesMasked = false; ///< in histories and demonstrations: is it the titles, or form and labels alone?
    std::string wording; ///< template id or path
    ScoreKind score = ScoreKind::LogOdds;
    Calibration calibration = Calibration::None;
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
