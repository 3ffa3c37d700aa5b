// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/attribution.h"
#include "core/simulate/preparedexperiment.h"

#include <cstdint>
#include <vector>

namespace driftscope::simulate {

/// Which parts of a prompt an attribution takes away.
enum class PromptPart : std::uint8_t { Demonstrations, History };

/// A moment, what is asked at it, what its prompts show, and whom to ask.
struct ShownMoment {
    const PreparedArm& arm;
    data::Moment moment;
    const Candidates& candidates;
    const prompt::PromptContext& context; ///< of the candidate that is looked at
    inference::Scorer& scorer;
    inference::ScoreOptions options {};
};

/// P(positive answer) of the two answers alone: they sum to 1.
[[nodiscard]] double positiveProbability(const inference::PromptScore& score);

/// Rank of a candidate from 1, equal scores at the mean of their places.
[[nodiscard]] double rankOf(std::span<const double> scores, std::size_t candidate);

/// Positions of the scores, the best first; equal ones as they stand.
[[nodiscard]] std::vector<std::size_t> bestFirst(std::span<const double> scores);

/// What each demonstration, or each item of the query's history, adds to P(positive) of a candidate; the other part of
/// the prompt stays as it is. Parts are in the order shown.
///
/// @param item  the candidate.
/// Errors of PreparedArm::buildShown(), Scorer::score() and attribute().
[[nodiscard]] Result<Attribution> attributeParts(const ShownMoment& shown, data::ItemIndex item, PromptPart part,
                                                 const JobContext& context);

/// What one order of the demonstrations gives.
struct OrderOutcome {
    std::vector<std::size_t> order; ///< positions in the order shown
    double rank = 0; ///< of the true next item
    double positive = 0; ///< P(positive) of the true next item
};

/// How much the order of the same demonstrations matters.
struct OrderSpread {
    std::vector<OrderOutcome> outcomes; ///< the order shown first
    bool isComplete = false; ///< these are all orders that there are

    /// Smallest, mean, largest and standard deviation of the outcomes.
    struct Measure {
        double smallest = 0;
        double mean = 0;
        double largest = 0;
        double deviation = 0;
    };
    [[nodiscard]] Measure ranks() const;
    [[nodiscard]] Measure positives() const;
};

/// Ranks the candidates under other orders of the demonstrations: all if there are at most `orders`, otherwise so many
/// different ones, drawn by seed and moment.
///
/// @param orders   at least 1, the order shown included.
/// @param context  Stop is honoured between orders; progress counts them.
/// Errors of PreparedArm::buildShown() and Scorer::score().
[[nodiscard]] Result<OrderSpread> spreadOverOrders(const ShownMoment& shown, std::size_t orders, std::uint64_t seed,
                                                   const JobContext& context);

} // namespace driftscope::simulate
