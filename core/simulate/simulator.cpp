// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/simulator.h"

#include "core/simulate/batchbuilder_p.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace driftscope::simulate {

namespace {

using Clock = std::chrono::steady_clock;
using Done = std::set<std::pair<std::uint32_t, std::uint32_t>>;

bool isDone(const Done& done, const BatchEntry& entry)
{
    return done.contains({entry.query, entry.arm});
}

/// Batches of which something is missing. They are computed whole even where some of it is on record: a smaller batch
/// could differ in the last digit.
std::vector<Batch> batchesLeft(std::vector<Batch> batches, const Done& done)
{
    std::erase_if(batches, [&done](const Batch& batch) {
        return std::all_of(batch.begin(), batch.end(), [&done](const auto& entry) { return isDone(done, entry); });
    });
    return batches;
}

/// Prompts of the entries at some places.
std::vector<inference::TokenizedPrompt> takePrompts(BuiltBatch& batch, const std::vector<std::size_t>& places)
{
    std::vector<inference::TokenizedPrompt> prompts;
    for (const std::size_t place : places) {
        auto& taken = batch[place].prompts;
        std::move(taken.begin(), taken.end(), std::back_inserter(prompts));
    }
    return prompts;
}

/// Puts the scores into the records, in the order of the entries.
void fillScores(const PreparedExperiment& prepared, const std::vector<inference::PromptScore>& scores,
                BuiltBatch& batch)
{
    std::size_t next = 0;
    for (auto& entry : batch) {
        const Arm& arm = prepared.arms[entry.record.arm].arm();
        if (!arm.isModel())
            continue; // ranked already
        const auto own = std::span(scores).subspan(next, entry.prompts.size());
        next += entry.prompts.size();
        entry.record.scores = calibratedScores(arm.score, own, entry.record.candidates.size(), entry.priors);
        for (const auto& score : own.first(entry.record.candidates.size())) {
            entry.record.positive.push_back(score.answers[0]);
            entry.record.negative.push_back(score.answers[1]);
            entry.record.cachedTokens = std::max(entry.record.cachedTokens, score.cachedTokens);
        }
    }
}

/// Tokens of an entry that had to be computed, as far as the entry alone can tell.
std::int64_t newTokensOf(const BuiltEntry& entry)
{
    return std::max<std::int64_t>(entry.distinctTokens - entry.record.cachedTokens, 0);
}

/// Shares what the batch cost among its entries, by the tokens each adds. The shares of computed tokens are rounded so
/// that they add up.
void fillCosts(std::int64_t computedTokens, double seconds, BuiltBatch& batch)
{
    std::int64_t allTokens = 0;
    for (const auto& entry : batch)
        allTokens += newTokensOf(entry);
    std::int64_t tokensSoFar = 0;
    std::int64_t given = 0;
    for (auto& entry : batch) {
        if (entry.distinctTokens == 0)
            continue; // without a prompt: it knows its own cost
        tokensSoFar += newTokensOf(entry);
        const double share =
            static_cast<double>(tokensSoFar) / static_cast<double>(std::max<std::int64_t>(allTokens, 1));
        const auto upToHere = std::llround(share * static_cast<double>(computedTokens));
        entry.record.computedTokens = upToHere - given;
        given = upToHere;
        entry.record.seconds = seconds * static_cast<double>(newTokensOf(entry))
            / static_cast<double>(std::max<std::int64_t>(allTokens, 1));
    }
}

/// One simulation on its way.
class Simulation
{
public:
    Simulation(const PreparedExperiment& prepared, inference::Scorer& scorer, RecordSink& sink,
               const SimulationOptions& options, const JobContext& context)
        : m_prepared(prepared)
        , m_scorer(scorer)
        , m_sink(sink)
        , m_options(options)
        , m_context(context)
        , m_total(static_cast<std::int64_t>(prepared.queries.size() * prepared.arms.size()))
    {
    }

    Result<SimulationSummary> run()
    {
        const std::int64_t batchTokens =
            m_options.batchTokens > 0 ? m_options.batchTokens : batchTokensOf(m_prepared.experiment, m_scorer);
        auto batches = batchesLeft(planBatches(m_prepared, batchTokens), m_options.done);
        m_finished = m_total;
        for (const auto& batch : batches)
            m_finished -= std::count_if(batch.begin(), batch.end(),
                                        [this](const auto& entry) { return !isDone(m_options.done, entry); });
        DRIFTSCOPE_CHECK(trainBaselines(batches));
        report();
        const std::size_t count = batches.size();
        BatchBuilder builder(m_prepared, std::move(batches));
        for (std::size_t i = 0; i < count; ++i) {
            if (m_options.waitWhilePaused)
                m_options.waitWhilePaused();
            if (m_context.isStopped())
                return stopped();
            DRIFTSCOPE_TRY(auto batch, builder.next());
            if (m_context.isStopped())
                return stopped();
            DRIFTSCOPE_CHECK(score(batch));
            DRIFTSCOPE_CHECK(store(batch));
        }
        return m_summary;
    }

private:
    // Each update is charged to the record that needed it first.
    Result<> trainBaselines(const std::vector<Batch>& batches)
    {
        std::vector<bool> isOpen(m_prepared.queries.size(), false);
        for (const auto& batch : batches)
            for (const auto& entry : batch)
                isOpen[entry.query] = true;
        for (std::uint32_t arm = 0; arm < m_prepared.arms.size(); ++arm) {
            if (m_context.isStopped())
                return stopped();
            auto updates = m_prepared.arms[arm].train(m_prepared.queries, isOpen, m_options.sequences.get(), m_context);
            if (!updates && updates.error().code == ErrorCode::Cancelled)
                return stopped();
            if (!updates)
                return failFrom(updates);
            for (const auto& due : *updates)
                m_updates[{m_prepared.queries[due.moment].index, arm}].push_back(due.update);
        }
        return {};
    }

    Result<> score(BuiltBatch& batch)
    {
        const std::int64_t computedBefore = m_scorer.cost().computedTokens;
        const auto start = Clock::now();
        JobContext inner;
        if (m_options.stopInsideBatch)
            inner.stop = m_context.stop;
        const auto scores = scorePrompts(batch, inner);
        if (scores && scores->empty())
            return {};
        if (!scores && scores.error().code == ErrorCode::Cancelled)
            return stopped();
        if (!scores)
            return failFrom(scores);
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        fillScores(m_prepared, *scores, batch);
        fillCosts(m_scorer.cost().computedTokens - computedBefore, seconds, batch);
        m_summary.seconds += seconds;
        m_summary.peakBytes = m_scorer.cost().peakBytes;
        return {};
    }

    // Entries with different models or adapters are scored one after the other. The scores stand in the order of the
    // entries.
    Result<std::vector<inference::PromptScore>> scorePrompts(BuiltBatch& batch, const JobContext& context)
    {
        using Asked = std::pair<std::string, std::optional<std::vector<std::string>>>; // checkpoint, adapters
        std::map<Asked, std::vector<std::size_t>> placesOf;
        std::vector<std::size_t> counts; // of prompts
        for (std::size_t place = 0; place < batch.size(); ++place) {
            const auto& arm = m_prepared.experiment.arms[batch[place].record.arm];
            placesOf[{arm.checkpoint, m_prepared.experiment.adaptersOf(arm)}].push_back(place);
            counts.push_back(batch[place].prompts.size());
        }
        std::vector<std::vector<inference::PromptScore>> byPlace(batch.size());
        for (const auto& [asked, places] : placesOf) {
            const auto prompts = takePrompts(batch, places);
            if (prompts.empty())
                continue;
            DRIFTSCOPE_TRY(auto scores,
                           m_scorer.score(prompts, {.adapters = asked.second, .checkpoint = asked.first}, context));
            auto next = std::make_move_iterator(scores.begin());
            for (const std::size_t place : places) {
                const auto count = static_cast<std::ptrdiff_t>(counts[place]);
                byPlace[place].assign(next, next + count);
                next += count;
            }
        }
        std::vector<inference::PromptScore> all;
        for (auto& scores : byPlace)
            std::move(scores.begin(), scores.end(), std::back_inserter(all));
        return all;
    }

    Result<> store(const BuiltBatch& batch)
    {
        std::vector<QueryRecord> records;
        for (const auto& entry : batch)
            if (!isDone(m_options.done, {entry.record.query, entry.record.arm})) {
                records.push_back(entry.record);
                if (const auto own = m_updates.find({entry.record.query, entry.record.arm}); own != m_updates.end())
                    records.back().updates = own->second;
            }
        DRIFTSCOPE_CHECK(m_sink.accept(records));
        for (const auto& record : records)
            m_summary.leaks += static_cast<std::uint64_t>(record.leaks);
        m_summary.queries += records.size();
        m_finished += static_cast<std::int64_t>(records.size());
        report();
        return {};
    }

    void report() const { m_context.report({.done = m_finished, .total = m_total, .stage = "score"}); }

    tl::unexpected<Error> stopped() const
    {
        return fail(ErrorCode::Cancelled,
                    "Stopped after " + std::to_string(m_finished) + " of " + std::to_string(m_total)
                        + " predictions; what was scored is kept.");
    }

    const PreparedExperiment& m_prepared;
    inference::Scorer& m_scorer;
    RecordSink& m_sink;
    const SimulationOptions& m_options;
    const JobContext& m_context;
    std::int64_t m_total;
    std::int64_t m_finished = 0;
    SimulationSummary m_summary;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<baselines::ModelUpdate>> m_updates; ///< by record
};

} // namespace

std::int64_t batchTokensOf(const Experiment& experiment, const inference::Scorer& scorer)
{
    return experiment.checkpoint.batchTokens > 0 ? experiment.checkpoint.batchTokens : scorer.batchTokens();
}

Result<SimulationSummary> simulate(const PreparedExperiment& prepared, inference::Scorer& scorer, RecordSink& sink,
                                   const SimulationOptions& options, const JobContext& context)
{
    try {
        return Simulation(prepared, scorer, sink, options, context).run();
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, std::string("The simulation failed: ") + error.what() + ".");
    }
}

} // namespace driftscope::simulate
