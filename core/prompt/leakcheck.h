// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/userhistory.h"
#include "core/prompt/prompt.h"
#include "core/prompt/promptbuilder.h"

#include <string>
#include <vector>

namespace driftscope::prompt {

/// One violation of the rule that nothing of the future stands in a prompt.
struct Leak {
    data::InteractionIndex interaction = 0; ///< 0 where the prompt names none
    std::string what; ///< for people: which item, where, why it is a leak
};

/// Which parts of a prompt may show other users' interactions on purpose. These are checked all the same: strictly
/// before the query's time (what stands in a demonstration's history: before the demonstration's), and never the
/// target.
struct OthersShown {
    bool inHistories = false; ///< anyone's in the histories of query and demonstrations
    bool inDemonstrations = false; ///< anyone's as demonstrations, each with a history of its own user
};

/// Checks a rendered prompt from its spans: every demonstration and history item is strictly before the query (and each
/// demonstration's history strictly before the demonstration) under the history's tie policy, all are the user's own,
/// and the target is in neither. What names no interaction cannot be checked and counts as a leak.
[[nodiscard]] std::vector<Leak> findLeaks(const Prompt& prompt, const data::UserHistory& history,
                                          const data::Moment& moment, data::ItemIndex target,
                                          const OthersShown& others = {});

} // namespace driftscope::prompt
