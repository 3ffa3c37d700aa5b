// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/userhistory.h"
#include "core/simulate/experiment.h"

#include <cstdint>
#include <vector>

namespace driftscope::simulate {

/// The moment to predict.
struct Query {
    std::uint32_t index = 0; ///< position in the replay, the query's key in the store
    data::Moment moment; ///< with its interaction
    data::ItemIndex target = 0;
    bool isLiked = false; ///< label of the target; only liked ones are ranked
    std::int64_t eventIndex = 0; ///< interactions of the user before the moment
};

/// The queries of an experiment in time order: which moments are asked, the same for every arm and every run.
///
/// @retval ErrorCode::UnknownName      a named user is not in the data.
/// @retval ErrorCode::NoEligibleQuery  nothing fits; the message says which condition left nothing.
[[nodiscard]] Result<std::vector<Query>> replayQueries(const Experiment& experiment, const data::UserHistory& history);

} // namespace driftscope::simulate
