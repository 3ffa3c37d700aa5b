// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/inference/llmscorer.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <thread>

using namespace driftscope;
using namespace driftscope::inference;

namespace {

using Prompts = std::vector<TokenizedPrompt>;
using Scores = std::vector<PromptScore>;

constexpr std::int64_t roomy = 100'000'000;

std::shared_ptr<const LoadedModel> load(const std::string& name, Precision precision = Precision::Fp32)
{
    const auto path = std::filesystem::path(DRIFTSCOPE_TEST_DATA) / "checkpoints" / name;
    const auto checkpoint = checkpoint::Checkpoint::open(path);
    if (!checkpoint)
        return nullptr;
    const auto model = LoadedModel::load(*checkpoint, {precision, DeviceChoice::Cpu}, {});
    return model ? *model : nullptr;
}

std::shared_ptr<const AnswerTokens> answers(std::vector<std::vector<TokenId>> tokens = {{7}, {8}})
{
    return std::make_shared<const AnswerTokens>(AnswerTokens {std::move(tokens)});
}

std::vector<TokenId> randomTokens(RandomStream& random, std::size_t count)
{
    std::vector<TokenId> tokens(count);
    for (TokenId& token : tokens)
        token = static_cast<TokenId>(random.index(60)); // below the smallest vocabulary
    return tokens;
}

/// Candidates that all begin with the same context.
Prompts candidates(RandomStream& random, const std::vector<TokenId>& context, std::size_t count)
{
    Prompts prompts;
    const auto shared = answers();
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<TokenId> tokens = context;
        const auto own = randomTokens(random, 1 + random.index(12));
        tokens.insert(tokens.end(), own.begin(), own.end());
        prompts.push_back({std::move(tokens), shared});
    }
    return prompts;
}

/// Users whose contexts grow, are cut and are asked about again, some in one call.
class PromptStream
{
public:
    PromptStream(std::uint64_t seed, std::int64_t contextLength)
        : m_random(seed, "prompt stream")
        , m_most(std::size_t(std::min<std::int64_t>(200, contextLength - 90)))
        , m_users(4, randomTokens(m_random, 20))
    {
    }

    Prompts next()
    {
        Prompts prompts;
        const std::size_t users = 1 + m_random.index(3);
        for (std::size_t i = 0; i < users; ++i) {
            std::vector<TokenId>& context = m_users[m_random.index(m_users.size())];
            change(context);
            const Prompts some = candidates(m_random, context, 1 + m_random.index(5));
            prompts.insert(prompts.end(), some.begin(), some.end());
        }
        if (m_random.index(4) == 0)
            prompts.push_back({m_users[0], answers({{7, 9, 11}, {8}})}); // a prompt that others begin with
        return prompts;
    }

private:
    void change(std::vector<TokenId>& context)
    {
        if (context.size() > m_most || m_random.index(6) == 0)
            context.resize(20 + m_random.index(std::min(context.size(), m_most) - 19));
        const auto more = randomTokens(m_random, m_random.index(60));
        context.insert(context.end(), more.begin(), more.end());
    }

    RandomStream m_random;
    std::size_t m_most; ///< tokens of a context before it is cut
    std::vector<std::vector<TokenId>> m_users;
};

Scores scored(Scorer& scorer, const Prompts& prompts, const ScoreOptions& options = {})
{
    auto scores = scorer.score(prompts, options, {});
    if (!scores)
        qWarning("%s", scores.error().message.c_str());
    return scores ? *scores : Scores {};
}

double largestDifference(const Scores& a, const Scores& b)
{
    double largest = a.size() == b.size() && !a.empty() ? 0 : INFINITY;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        for (std::size_t j = 0; j < a[i].answers.size(); ++j)
            largest = std::max(largest, std::abs(a[i].answers[j] - b[i].answers[j]));
    }
    return largest;
}

} // namespace

class TestPrefixCache : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_llama = load("llama");
        QVERIFY(m_llama != nullptr);
        const auto& config = m_llama->config();
        m_bytesPerToken = config.layers * 2 * config.keyValueHeads * config.headDim * 4;
        QVERIFY(m_bytesPerToken > 0);
    }

    void streamsOfPromptsScoreAsWithoutCache_data()
    {
        QTest::addColumn<QString>("checkpoint");
        QTest::addColumn<qint64>("tokens"); // that the budget holds
        for (const auto& entry :
             std::filesystem::directory_iterator(std::filesystem::path(DRIFTSCOPE_TEST_DATA) / "checkpoints")) {
            if (!std::filesystem::exists(entry.path() / "reference.json"))
                continue;
            const QString name = QString::fromStdString(entry.path().filename().string());
            for (const qint64 tokens : {qint64 {100'000}, qint64 {300}})
                QTest::addRow("%s, %lld tokens", qPrintable(name), tokens) << name << tokens;
        }
    }

    void streamsOfPromptsScoreAsWithoutCache()
    {
        QFETCH(QString, checkpoint);
        QFETCH(qint64, tokens);
        const auto model = load(checkpoint.toStdString());
        QVERIFY(model != nullptr);
        const auto& config = model->config();
        if (config.contextLength < 128)
            QSKIP("the context is too short for the stream");
        const std::int64_t perToken = config.layers * 2 * config.keyValueHeads * config.headDim * 4;
        const auto plain = makeScorer(model);
        const auto caching = makeScorer(model, {.cacheBytes = tokens * perToken});
        PromptStream stream(std::uint64_t(tokens), config.contextLength);
        for (int round = 0; round < 12; ++round) {
            const Prompts prompts = stream.next();
            const double difference = largestDifference(scored(*caching, prompts), scored(*plain, prompts));
            QVERIFY2(difference < 1e-4, qPrintable(QString("round %1: %2").arg(round).arg(difference)));
        }
        if (config.rope.lengthClass(config.contextLength) == 0) { // else keys may depend on their prompt's length
            QVERIFY(caching->cost().cachedTokens > 0);
            QVERIFY(caching->cost().computedTokens < plain->cost().computedTokens);
        }
        QCOMPARE(plain->cost().cachedTokens, std::int64_t {0});
    }

    void growingContextComputesOnlyWhatIsNew()
    {
        RandomStream random(3, "growing");
        auto context = randomTokens(random, 120);
        const auto scorer = makeScorer(m_llama, {.cacheBytes = roomy});
        scored(*scorer, candidates(random, context, 6));
        QCOMPARE(scorer->cost().cachedTokens, std::int64_t {0});
        const std::int64_t before = scorer->cost().computedTokens;
        const auto more = randomTokens(random, 20);
        context.insert(context.end(), more.begin(), more.end());
        scored(*scorer, candidates(random, context, 6));
        QVERIFY(scorer->cost().cachedTokens >= 120);
        QVERIFY(scorer->cost().computedTokens - before <= 20 + 6 * 12);
    }

    void sameBatchAgainComputesOnlyTheSuffixes()
    {
        RandomStream random(4, "again");
        const Prompts prompts = candidates(random, randomTokens(random, 150), 8);
        const auto scorer = makeScorer(m_llama, {.cacheBytes = roomy});
        const Scores first = scored(*scorer, prompts);
        const std::int64_t before = scorer->cost().computedTokens;
        QVERIFY(largestDifference(scored(*scorer, prompts), first) < 1e-4);
        QCOMPARE(scorer->cost().computedTokens - before, before - 150);
        QCOMPARE(scorer->cost().cachedTokens, std::int64_t {150});
    }

    // Tokens that only one of several prompts has are not kept.
    void suffixesAreNotKept()
    {
        RandomStream random(5, "suffix");
        const Prompts prompts = candidates(random, randomTokens(random, 60), 3);
        Prompts longer = prompts;
        for (TokenizedPrompt& prompt : longer) {
            const auto own = randomTokens(random, 40);
            prompt.tokens.insert(prompt.tokens.end(), own.begin(), own.end());
        }
        const auto scorer = makeScorer(m_llama, {.cacheBytes = roomy});
        scored(*scorer, longer);
        const auto before = scorer->cost();
        scored(*scorer, {longer.front()});
        QCOMPARE(scorer->cost().cachedTokens - before.cachedTokens, std::int64_t {60});
    }

    void wholePromptOfALoneBatchIsKept()
    {
        RandomStream random(6, "alone");
        const auto tokens = randomTokens(random, 80);
        const auto scorer = makeScorer(m_llama, {.cacheBytes = roomy});
        scored(*scorer, {{tokens, answers()}});
        const std::int64_t before = scorer->cost().computedTokens;
        scored(*scorer, {{tokens, answers()}});
        QCOMPARE(scorer->cost().computedTokens - before, std::int64_t {1}); // the last token is always computed
        QCOMPARE(scorer->cost().cachedTokens, std::int64_t {79});
    }

    void leastRecentlyUsedGoesFirst()
    {
        RandomStream random(7, "lru");
        const auto a = candidates(random, randomTokens(random, 100), 3);
        const auto b = candidates(random, randomTokens(random, 100), 3);
        const auto c = candidates(random, randomTokens(random, 100), 3);
        const auto scorer = makeScorer(m_llama, {.cacheBytes = 250 * m_bytesPerToken});
        const auto servedBy = [&](const Prompts& prompts) {
            const std::int64_t before = scorer->cost().cachedTokens;
            scored(*scorer, prompts);
            return scorer->cost().cachedTokens - before;
        };
        servedBy(a);
        servedBy(b);
        QCOMPARE(servedBy(a), std::int64_t {100}); // now b is the older one
        servedBy(c);
        QCOMPARE(servedBy(a), std::int64_t {100});
        QCOMPARE(servedBy(b), std::int64_t {0});
    }

    void budgetBelowAContextKeepsNothing()
    {
        RandomStream random(8, "small");
        const auto prompts = candidates(random, randomTokens(random, 100), 3);
        const auto scorer = makeScorer(m_llama, {.cacheBytes = 50 * m_bytesPerToken});
        scored(*scorer, prompts);
        scored(*scorer, prompts);
        QCOMPARE(scorer->cost().cachedTokens, std::int64_t {0});
    }

    void peakBytesCountWhatIsKept()
    {
        RandomStream random(9, "bytes");
        const auto prompts = candidates(random, randomTokens(random, 200), 3);
        const auto plain = makeScorer(m_llama);
        const auto caching = makeScorer(m_llama, {.cacheBytes = roomy});
        scored(*plain, prompts);
        scored(*caching, prompts);
        QCOMPARE(caching->cost().peakBytes - plain->cost().peakBytes, 200 * m_bytesPerToken);
    }

    void withoutSharingNothingIsKept()
    {
        RandomStream random(10, "off");
        const auto prompts = candidates(random, randomTokens(random, 80), 2);
        const auto scorer = makeScorer(m_llama, {.sharePrefixes = false, .cacheBytes = roomy});
        scored(*scorer, prompts);
        scored(*scorer, prompts);
        QCOMPARE(scorer->cost().cachedTokens, std::int64_t {0});
    }

    void stopInTheMiddleKeepsNothing()
    {
        RandomStream random(11, "stop");
        const auto prompts = candidates(random, randomTokens(random, 100), 4);
        const auto scorer = makeScorer(m_llama, {.cacheBytes = roomy});
        for (int moment = 0; moment < 8; ++moment) {
            // The token is asked for at the layers' boundaries: another thread stops at a moment of its own.
            std::stop_source source;
            JobContext context;
            context.stop = source.get_token();
            std::thread stopper([&] { source.request_stop(); });
            const auto stopped = scorer->score(prompts, {}, context);
            stopper.join();
            if (stopped)
                continue; // it was done before
            QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        }
        const auto fresh = makeScorer(m_llama);
        QVERIFY(largestDifference(scored(*scorer, prompts), scored(*fresh, prompts)) < 1e-4);
    }

    void stoppedBatchIsNotServed()
    {
        RandomStream random(12, "stopped");
        const auto prompts = candidates(random, randomTokens(random, 100), 4);
        const auto scorer = makeScorer(m_llama, {.cacheBytes = roomy});
        std::stop_source source;
        source.request_stop();
        JobContext context;
        context.stop = source.get_token();
        QVERIFY(!scorer->score(prompts, {}, context));
        scored(*scorer, prompts);
        QCOMPARE(scorer->cost().cachedTokens, std::int64_t {0});
    }

    void shortMemoryGivesUpTheCacheFirst()
    {
        RandomStream random(13, "memory");
        const auto context = randomTokens(random, 300);
        const auto few = candidates(random, context, 2);
        const auto other = candidates(random, randomTokens(random, 300), 2);
        const auto scorer = makeScorer(m_llama, {.memoryLimitBytes = 1'500'000, .cacheBytes = roomy});
        const auto plain = makeScorer(m_llama);
        for (const Prompts& prompts : {few, other, few, other})
            QVERIFY(largestDifference(scored(*scorer, prompts), scored(*plain, prompts)) < 1e-4);
    }

    void bf16StaysWithinItsSpread()
    {
        const auto model = load("llama", Precision::Bf16);
        QVERIFY(model != nullptr);
        RandomStream random(14, "bf16");
        const auto prompts = candidates(random, randomTokens(random, 120), 5);
        const auto scorer = makeScorer(model, {.cacheBytes = roomy});
        const Scores first = scored(*scorer, prompts);
        const double spread = largestDifference(scored(*scorer, prompts), first);
        QVERIFY2(spread < 0.3, qPrintable(QString::number(spread))); // as between batches, see tst_llmscorer
    }

private:
    std::shared_ptr<const LoadedModel> m_llama;
    std::int64_t m_bytesPerToken = 0;
};

QTEST_APPLESS_MAIN(TestPrefixCache)
#include "tst_prefixcache.moc"
