// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/userhistory.h"
#include "core/demonstrations/demonstration.h"
#include "core/demonstrations/selectionsources.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace driftscope::demonstrations {

/// What a selector may look at: the moment and what the user had done before it.
struct SelectionQuery {
    const data::UserHistory& history;
    data::Moment moment;
    data::Lag lag; ///< how stale the context is
    std::uint64_t seed = 0; ///< of the experiment
    /// What is asked about at the moment, the true next item among the others without a mark. One choice serves all of
    /// them, so that they share their prompt; where each is to have a choice of its own, it stands here alone.
    std::span<const data::ItemIndex> candidates {};
    /// What the selector's needs() ask for; may be null where it needs nothing.
    const SelectionSources* sources = nullptr;
};

/// The similarity of items that a selector needs.
///
/// @retval ErrorCode::NotFound  query.sources lack it.
[[nodiscard]] Result<const ItemSimilarity*> similarityFor(const SelectionQuery& query, SimilarityKind kind);

/// A chosen interaction and why.
struct Choice {
    data::InteractionIndex interaction = 0;
    std::string reason;
    std::optional<bool> shownAs {}; ///< label to show in place of the real one
};

/// Chooses demonstrations for a moment. Stateless and deterministic in (query, parameters); threads may share it.
class DemonstrationSelector
{
public:
    virtual ~DemonstrationSelector() = default;
    /// The chosen interactions in the order in which the prompt shows them (oldest first unless the selector says
    /// else). Only elements of query.history.before(query.moment, query.lag) may be chosen; by one that shows other
    /// users also what they had done before the moment's time, with the same lag, but for the candidates.
    ///
    /// @retval ErrorCode::NotFound  query.sources lack what needs() asks for.
    [[nodiscard]] virtual Result<std::vector<Choice>> select(const SelectionQuery& query) const = 0;
    /// How many of the oldest demonstrations go together when the token budget is too small for all; more than one
    /// keeps the beginning of the prompts of following moments alike.
    [[nodiscard]] virtual std::size_t trimBlock() const { return 1; }
    /// What query.sources must hold.
    [[nodiscard]] virtual SelectionNeeds needs() const { return {}; }
    /// True if it may choose interactions of other users.
    [[nodiscard]] virtual bool showsOtherUsers() const { return false; }
};

/// Which liked items a history shows.
enum class HistoryChoice : std::uint8_t {
    Recent,
    SimilarTitles, ///< those whose titles are most like the targets'
    SimilarModel ///< the same by the model's embeddings
};

/// How much history the query and each demonstration carry.
struct HistoryPolicy {
    std::int64_t maxItems = 10; ///< so many liked ones
    data::Lag lag; ///< frozen so many events or days before the query
    HistoryChoice choice = HistoryChoice::Recent;

    /// What the choice needs.
    [[nodiscard]] SelectionNeeds needs() const;
};

/// The liked interactions that a history shows at a moment, oldest first.
///
/// @param targets  what is asked about: a choice by similarity takes those most like the targets' mean, of equal ones
///                 the most recent.
/// @param sources  what policy.needs() asks for; may be null if nothing.
/// @retval ErrorCode::NotFound  the sources lack it.
/// Source    retrieval of relevant behaviours: ReLLa (arXiv 2308.11131), which compares with the one target; so does
///           this where `targets` holds one.
[[nodiscard]] Result<std::vector<data::InteractionIndex>>
chooseHistory(const data::UserHistory& history, const data::Moment& moment, const HistoryPolicy& policy,
              std::span<const data::ItemIndex> targets, const SelectionSources* sources);

/// Turns choices into demonstrations: label (the real one, if the choice names none) and the history each had then
/// (strictly before its own time; where similarity chooses it, similarity to the demonstration's own item).
///
/// Errors are those of chooseHistory().
[[nodiscard]] Result<std::vector<Demonstration>> withHistories(const data::UserHistory& history,
                                                               std::vector<Choice> choices, const HistoryPolicy& policy,
                                                               const SelectionSources* sources);
/// The same for a policy that needs no sources.
[[nodiscard]] std::vector<Demonstration> withHistories(const data::UserHistory& history, std::vector<Choice> choices,
                                                       const HistoryPolicy& policy);

} // namespace driftscope::demonstrations
