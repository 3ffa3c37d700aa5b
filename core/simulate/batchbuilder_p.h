// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/batches_p.h"
#include "core/simulate/recordsink.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace driftscope::simulate {

/// One query under one arm, ready to be scored: its record as far as it is known before. That of a baseline is complete
/// and has no prompts.
struct BuiltEntry {
    QueryRecord record;
    /// As ArmPrompts::tokenized: one a candidate, then what calibration takes off.
    std::vector<inference::TokenizedPrompt> prompts;
    std::vector<inference::PromptScore> priors; ///< as ArmPrompts::priors
    std::int64_t distinctTokens = 0; ///< tokens left when what the prompts share is counted once
};

using BuiltBatch = std::vector<BuiltEntry>;

/// Selects, words and tokenises the prompts of a batch. Errors are those of PreparedArm::build().
[[nodiscard]] Result<BuiltBatch> buildBatch(const PreparedExperiment& prepared, const Batch& batch);

/// Builds batches ahead on a thread of its own, at most `capacity` of them.
class BatchBuilder
{
public:
    /// @param prepared  outlives the builder.
    BatchBuilder(const PreparedExperiment& prepared, std::vector<Batch> batches, std::size_t capacity = 2);

    /// The next batch, waited for. After an error there are no more.
    [[nodiscard]] Result<BuiltBatch> next();

private:
    void run(const std::stop_token& stop);

    const PreparedExperiment& m_prepared;
    std::vector<Batch> m_batches;
    std::size_t m_capacity;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Result<BuiltBatch>> m_built;
    std::jthread m_thread; // last: it is stopped and joined before the rest goes
};

} // namespace driftscope::simulate
