// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/simtime.h"
#include "core/inference/tokenview.h"
#include "core/simulate/batchbuilder_p.h"

#include <algorithm>
#include <chrono>
#include <exception>

namespace driftscope::simulate {

namespace {

QueryRecord recordOf(const Query& query, const BatchEntry& entry, const Candidates& candidates)
{
    QueryRecord record;
    record.query = query.index;
    record.arm = entry.arm;
    record.user = query.moment.user;
    record.time = toUnix(query.moment.time);
    record.eventIndex = query.eventIndex;
    record.isLiked = query.isLiked;
    record.candidates = candidates.items;
    record.target = candidates.target;
    return record;
}

/// Where each candidate has a context of its own, the record tells of the true next item's.
void addContext(QueryRecord& record, const ArmPrompts& built)
{
    const auto& context = built.contextOf(record.target);
    for (const auto& demonstration : context.demonstrations)
        record.demonstrations.push_back(demonstration.interaction);
    for (const auto& dropped : context.dropped)
        ++(dropped.kind == prompt::Dropped::Kind::Demonstration ? record.droppedDemonstrations
                                                                : record.droppedHistoryItems);
    record.leaks = static_cast<std::int32_t>(built.leaks.size());
    for (const auto& prompt : built.tokenized)
        record.tokens += static_cast<std::int64_t>(prompt.tokens.size());
}

/// The prompts of one query differ from their target's title on, so sharing with the first one is all there is to
/// share.
std::int64_t distinctTokensOf(const std::vector<inference::TokenizedPrompt>& prompts)
{
    const auto& first = prompts.front().tokens;
    std::size_t distinct = first.size();
    for (const auto& prompt : std::span(prompts).subspan(1))
        distinct += prompt.tokens.size() - inference::commonLength(prompt.tokens, first);
    return static_cast<std::int64_t>(distinct);
}

/// The scores of an arm that needs no prompt. A score stands as positive answer against a negative one of 0, so that it
/// is their log-odds as everywhere.
Result<> addRanking(QueryRecord& record, const PreparedArm& arm, const data::Moment& moment)
{
    const auto start = std::chrono::steady_clock::now();
    DRIFTSCOPE_TRY(record.scores, arm.rank(moment, record.candidates));
    record.positive = record.scores;
    record.negative.assign(record.scores.size(), 0);
    record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return {};
}

} // namespace

Result<BuiltBatch> buildBatch(const PreparedExperiment& prepared, const Batch& batch)
{
    BuiltBatch built;
    Candidates candidates;
    const Query* drawnFor = nullptr;
    for (const auto& entry : batch) {
        const Query& query = prepared.queries[entry.query];
        if (drawnFor != &query) {
            candidates = prepared.candidates.draw(query);
            drawnFor = &query;
        }
        const PreparedArm& arm = prepared.arms[entry.arm];
        built.push_back({recordOf(query, entry, candidates), {}, {}, 0});
        if (!arm.arm().isModel()) {
            DRIFTSCOPE_CHECK(addRanking(built.back().record, arm, query.moment));
            continue;
        }
        DRIFTSCOPE_TRY(auto prompts, arm.build(query.moment, candidates.items));
        addContext(built.back().record, prompts);
        built.back().prompts = std::move(prompts.tokenized);
        built.back().priors = std::move(prompts.priors);
        built.back().distinctTokens = distinctTokensOf(built.back().prompts);
    }
    return built;
}

BatchBuilder::BatchBuilder(const PreparedExperiment& prepared, std::vector<Batch> batches, std::size_t capacity)
    : m_prepared(prepared)
    , m_batches(std::move(batches))
    , m_capacity(capacity)
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

void BatchBuilder::run(const std::stop_token& stop)
{
    for (const auto& batch : m_batches) {
        Result<BuiltBatch> built;
        try {
            built = buildBatch(m_prepared, batch);
        } catch (const std::exception& error) {
            built = fail(ErrorCode::Internal, std::string("Building prompts failed: ") + error.what() + ".");
        }
        const bool isLast = !built.has_value();
        std::unique_lock lock(m_mutex);
        if (!m_changed.wait(lock, stop, [this] { return m_built.size() < m_capacity; }))
            return;
        m_built.push_back(std::move(built));
        m_changed.notify_all();
        if (isLast)
            return;
    }
}

Result<BuiltBatch> BatchBuilder::next()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_built.empty(); });
    auto built = std::move(m_built.front());
    m_built.pop_front();
    m_changed.notify_all();
    return built;
}

} // namespace driftscope::simulate
