// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/userhistory.h"
#include "core/demonstrations/demonstration.h"

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope::demonstrations {

/// What a selector may look at: the moment and what the user had done before it.
struct SelectionQuery {
    const data::UserHistory& history;
    data::Moment moment;
    data::Lag lag; ///< how stale the context is
    std::uint64_t seed = 0; ///< of the experiment
};

/// A chosen interaction and why.
struct Choice {
    data::InteractionIndex interaction = 0;
    std::string reason;
};

/// Chooses demonstrations for a moment. Stateless and deterministic in (query, parameters); threads may share it.
class DemonstrationSelector
{
public:
    virtual ~DemonstrationSelector() = default;
    /// The chosen interactions in the order in which the prompt shows them (oldest first unless the selector says
    /// else). Only elements of query.history.before(query.moment, query.lag) may be chosen.
    [[nodiscard]] virtual Result<std::vector<Choice>> select(const SelectionQuery& query) const = 0;
    /// How many of the oldest demonstrations go together when the token budget is too small for all; more than one
    /// keeps the beginning of the prompts of following moments alike.
    [[nodiscard]] virtual std::size_t trimBlock() const { return 1; }
};

/// How much history the query and each demonstration carry.
struct HistoryPolicy {
    std::int64_t maxItems = 10; ///< last n liked
    data::Lag lag; ///< frozen so many events or days before the query
};

/// Turns choices into demonstrations: label and the history each had then (strictly before its own time).
[[nodiscard]] std::vector<Demonstration> withHistories(const data::UserHistory& history, std::vector<Choice> choices,
                                                       const HistoryPolicy& policy);

} // namespace driftscope::demonstrations
