// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/inference/batchplan.h"
#include "core/inference/prefixtree.h"

#include <QtTest>

#include <algorithm>

using namespace driftscope;
using namespace driftscope::inference;

namespace {

std::shared_ptr<const AnswerTokens> oneToken()
{
    return std::make_shared<const AnswerTokens>(AnswerTokens {{{1}, {2}}});
}

/// `count` prompts that share `prefix` tokens and have `suffix` of their own.
void addFamily(std::vector<TokenizedPrompt>& prompts, TokenId name, std::size_t count, std::size_t prefix,
               std::size_t suffix)
{
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<TokenId> tokens(prefix, name);
        tokens.resize(prefix + suffix, static_cast<TokenId>(1000 + i));
        prompts.push_back({std::move(tokens), oneToken()});
    }
}

std::int64_t rowsOf(const PlannedBatch& batch, const std::vector<TokenizedPrompt>& prompts, bool shares)
{
    std::vector<TokenView> views;
    for (const std::size_t index : batch.prompts)
        views.emplace_back(prompts[index].tokens);
    return PrefixTree(views, shares).rows();
}

} // namespace

class TestBatchPlan : public QObject
{
    Q_OBJECT

private slots:
    void candidatesOfAQueryStayTogether()
    {
        std::vector<TokenizedPrompt> prompts;
        addFamily(prompts, 1, 5, 50, 10); // 100 tokens each
        addFamily(prompts, 2, 5, 50, 10);
        addFamily(prompts, 3, 5, 50, 10);
        const auto batches = planBatches(prompts, 210, true);
        QCOMPARE(batches.size(), std::size_t {2});
        QCOMPARE(batches[0].prompts.size(), std::size_t {10});
        QCOMPARE(batches[0].tokens, std::int64_t {200});
        QCOMPARE(batches[1].tokens, std::int64_t {100});
    }

    void largeFamilyIsCutIntoEqualParts()
    {
        std::vector<TokenizedPrompt> prompts;
        addFamily(prompts, 1, 16, 50, 10); // 210 tokens
        const auto batches = planBatches(prompts, 140, true);
        QCOMPARE(batches.size(), std::size_t {2});
        QCOMPARE(batches[0].prompts.size(), std::size_t {8});
        QCOMPARE(batches[1].tokens, std::int64_t {130});
    }

    // Seen before: 20 candidates after 1,950 tokens ran as eight batches, each with the 1,950 tokens.
    void longBeginningIsNotComputedAgainAndAgain()
    {
        std::vector<TokenizedPrompt> prompts;
        addFamily(prompts, 1, 20, 1950, 20);
        QCOMPARE(planBatches(prompts, 2048, true).size(), std::size_t {1});
        prompts.clear();
        addFamily(prompts, 1, 500, 1950, 20); // 10,000 tokens after the beginning, 3,900 of them beside it at most
        QCOMPARE(planBatches(prompts, 2048, true).size(), std::size_t {3});
    }

    void longPromptIsABatchOfItsOwn()
    {
        std::vector<TokenizedPrompt> prompts;
        addFamily(prompts, 1, 1, 500, 0);
        addFamily(prompts, 2, 1, 5, 0);
        const auto batches = planBatches(prompts, 100, true);
        QCOMPARE(batches.size(), std::size_t {2});
    }

    void nothingGivesNoBatch() { QVERIFY(planBatches({}, 100, true).empty()); }

    void everyPromptIsPlannedOnceWithinBudget()
    {
        RandomStream random(9, "batch plan test");
        for (int round = 0; round < 100; ++round) {
            std::vector<TokenizedPrompt> prompts;
            for (TokenId family = 0; family < 4; ++family)
                addFamily(prompts, family, 1 + random.index(6), 1 + random.index(30), random.index(8));
            random.shuffle(prompts);
            const bool shares = random.index(2) == 1;
            const auto budget = static_cast<std::int64_t>(40 + random.index(60));
            std::vector<std::size_t> seen;
            for (const PlannedBatch& batch : planBatches(prompts, budget, shares)) {
                seen.insert(seen.end(), batch.prompts.begin(), batch.prompts.end());
                QVERIFY(rowsOf(batch, prompts, shares) <= batch.tokens);
                constexpr std::int64_t longestShared = 31;
                QVERIFY(batch.tokens <= std::max(budget, 3 * longestShared) || batch.prompts.size() == 1);
            }
            std::ranges::sort(seen);
            QCOMPARE(seen.size(), prompts.size());
            QVERIFY(std::ranges::adjacent_find(seen) == seen.end());
        }
    }
};

QTEST_APPLESS_MAIN(TestBatchPlan)
#include "tst_batchplan.moc"
