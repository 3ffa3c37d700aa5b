// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/baselines/modelupdate.h"
#include "core/data/ids.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace driftscope::simulate {

/// What one arm said about one query: all that metrics, plots and exports need later.
struct QueryRecord {
    std::uint32_t query = 0; ///< Query::index
    std::uint32_t arm = 0; ///< position in Experiment::arms
    std::uint32_t user = 0;
    std::int64_t time = 0; ///< Unix seconds
    std::int64_t eventIndex = 0;
    bool isLiked = false;
    std::vector<data::ItemIndex> candidates;
    std::uint32_t target = 0; ///< position in candidates
    std::vector<double> scores; ///< one a candidate
    std::vector<double> positive; ///< logit (or log-likelihood) of the positive answer, one a candidate
    std::vector<double> negative;
    std::vector<data::InteractionIndex> demonstrations;
    std::int64_t tokens = 0; ///< of all prompts
    std::int64_t computedTokens = 0; ///< after prefix sharing, its part of the batch
    std::int64_t cachedTokens = 0; ///< that its prompts begin with and that were kept from earlier ones; counted once
    double seconds = 0; ///< its part of the batch's scoring time
    std::int32_t droppedDemonstrations = 0;
    std::int32_t droppedHistoryItems = 0;
    std::int32_t leaks = 0;
    std::vector<baselines::ModelUpdate> updates; ///< of the arm's baseline that no earlier query needed, in time order
};

/// Takes records as they are made. accept() returns when the records are on disk (or an error says why not).
class RecordSink
{
public:
    virtual ~RecordSink() = default;
    /// The records of one batch: all of them are kept or none.
    [[nodiscard]] virtual Result<> accept(std::span<const QueryRecord> records) = 0;
};

} // namespace driftscope::simulate
