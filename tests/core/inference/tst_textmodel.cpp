// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/inference/faketextmodel.h"

#include <QtTest>

#include <cmath>

using namespace driftscope;
using namespace driftscope::inference;

class TestTextModel : public QObject
{
    Q_OBJECT

private slots:
    void mostLikelyComesFirstAndTiesByTheirId()
    {
        const std::vector<float> logits {0, 2, 1, 2, -1};
        const auto best = mostLikely(logits, 4);
        QCOMPARE(best.size(), std::size_t {4});
        const std::vector<TokenId> expected {1, 3, 2, 0};
        for (std::size_t i = 0; i < best.size(); ++i)
            QCOMPARE(best[i].id, expected[i]);
        const double sum = 1 + 2 * std::exp(2.0) + std::exp(1.0) + std::exp(-1.0);
        QVERIFY(std::abs(best[0].probability - std::exp(2.0) / sum) < 1e-9);
        QCOMPARE(best[2].logit, 1.0);
        QCOMPARE(mostLikely(logits, 99).size(), logits.size());
    }

    void temperatureZeroTakesTheMostLikely()
    {
        const std::vector<float> logits {0, 3, 3, 1};
        for (const double number : {0.0, 0.5, 0.999})
            QCOMPARE(drawToken(logits, {}, number), TokenId {1});
    }

    // exp(logit): 1, 2, 4 and 1 of 8: from the most likely on 0.5, 0.25, 0.125, 0.125.
    void drawsFollowTheProbabilities()
    {
        const std::vector<float> logits {0, float(std::log(2.0)), float(std::log(4.0)), 0};
        const GenerateOptions options {.temperature = 1};
        QCOMPARE(drawToken(logits, options, 0.0), TokenId {2});
        QCOMPARE(drawToken(logits, options, 0.49), TokenId {2});
        QCOMPARE(drawToken(logits, options, 0.51), TokenId {1});
        QCOMPARE(drawToken(logits, options, 0.76), TokenId {0});
        QCOMPARE(drawToken(logits, options, 0.99), TokenId {3});
    }

    void highTemperatureEvensOut()
    {
        const std::vector<float> logits {0, 5};
        QCOMPARE(drawToken(logits, {.temperature = 0.1}, 0.9), TokenId {1});
        QCOMPARE(drawToken(logits, {.temperature = 100}, 0.9), TokenId {0});
    }

    void topPKeepsTheFewestTokensThatReachIt()
    {
        const std::vector<float> logits {0, float(std::log(2.0)), float(std::log(4.0)), 0};
        QCOMPARE(drawToken(logits, {.temperature = 1, .topP = 0.4}, 0.999), TokenId {2});
        QCOMPARE(drawToken(logits, {.temperature = 1, .topP = 0.6}, 0.999), TokenId {1});
        QCOMPARE(drawToken(logits, {.temperature = 1, .topP = 0.6}, 0.66), TokenId {2}); // 4 of the 6 that are left
    }

    void frequenciesOfDrawsAreTheProbabilities()
    {
        const std::vector<float> logits {1, 0, 2};
        const auto expected = mostLikely(logits, 3);
        RandomStream random(1, "draws");
        std::vector<int> counts(3);
        for (int i = 0; i < 20'000; ++i)
            ++counts[static_cast<std::size_t>(drawToken(logits, {.temperature = 1}, random.uniform()))];
        for (const NextToken& token : expected)
            QVERIFY(std::abs(counts[static_cast<std::size_t>(token.id)] / 20'000.0 - token.probability) < 0.02);
    }

    void optionsOutOfRangeAreRefused_data()
    {
        QTest::addColumn<qint64>("maxTokens");
        QTest::addColumn<double>("temperature");
        QTest::addColumn<double>("topP");
        QTest::newRow("no tokens") << qint64 {0} << 0.0 << 1.0;
        QTest::newRow("negative temperature") << qint64 {5} << -0.1 << 1.0;
        QTest::newRow("temperature not a number") << qint64 {5} << std::nan("") << 1.0;
        QTest::newRow("endless temperature") << qint64 {5} << double(INFINITY) << 1.0;
        QTest::newRow("top-p 0") << qint64 {5} << 1.0 << 0.0;
        QTest::newRow("top-p above 1") << qint64 {5} << 1.0 << 1.01;
        QTest::newRow("top-p not a number") << qint64 {5} << 1.0 << std::nan("");
    }

    void optionsOutOfRangeAreRefused()
    {
        QFETCH(qint64, maxTokens);
        QFETCH(double, temperature);
        QFETCH(double, topP);
        FakeTextModel model;
        const auto result =
            model.generate(prompts(), {.maxTokens = maxTokens, .temperature = temperature, .topP = topP}, {}, {});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::BadArgument);
    }

    void badSequencesAreRefused()
    {
        FakeTextModel model(1, 4, 10);
        const auto codeOf = [&](const TokenSequence& sequence) {
            const auto result = model.nextTokens(std::vector<TokenSequence> {{1}, sequence}, 1, {});
            return result ? ErrorCode::Internal : result.error().code;
        };
        QCOMPARE(codeOf({}), ErrorCode::BadArgument);
        QCOMPARE(codeOf({10}), ErrorCode::BadArgument);
        QCOMPARE(codeOf({-1}), ErrorCode::BadArgument);
        QCOMPARE(codeOf({1, 2, 3, 4, 5}), ErrorCode::ContextTooLong);
        QVERIFY(!model.embed(std::vector<TokenSequence> {{}}, Pooling::Mean, {}));
    }

    void generationEndsAtItsLimits()
    {
        FakeTextModel model(1, 12, 50);
        const auto free = model.generate(prompts(), {.maxTokens = 4}, {}, {});
        QVERIFY(free.has_value());
        QCOMPARE(free->front().tokens.size(), std::size_t {4});
        QCOMPARE(generationEndName(free->front().end), std::string_view("length"));
        const auto stopped =
            model.generate(prompts(), {.maxTokens = 4, .stopTokens = {free->front().tokens[1]}}, {}, {});
        QVERIFY(stopped.has_value());
        QCOMPARE(generationEndName(stopped->front().end), std::string_view("stop"));
        QVERIFY(stopped->front().tokens.size() <= 2);
        const auto full = model.generate(prompts(), {.maxTokens = 100}, {}, {});
        QVERIFY(full.has_value());
        QCOMPARE(generationEndName(full->front().end), std::string_view("context"));
        QCOMPARE(full->front().tokens.size(), std::size_t {12 - 3 + 1}); // the last one is never read
    }

    void fixedSeedGivesFixedOutput()
    {
        FakeTextModel model;
        const GenerateOptions options {.maxTokens = 20, .temperature = 1, .topP = 0.9, .seed = 5};
        const auto first = model.generate(prompts(), options, {}, {});
        const auto second = model.generate(prompts(), options, {}, {});
        QVERIFY(first && second);
        QCOMPARE(first->front().tokens, second->front().tokens);
        GenerateOptions other = options;
        other.seed = 6;
        const auto third = model.generate(prompts(), other, {}, {});
        QVERIFY(third->front().tokens != first->front().tokens);
    }

    void everyTokenIsHeard()
    {
        FakeTextModel model;
        std::vector<TokenSequence> heard(2);
        const std::vector<TokenSequence> both {{1, 2}, {3}};
        const auto result = model.generate(
            both, {.maxTokens = 6}, [&](std::size_t prompt, TokenId token) { heard[prompt].push_back(token); }, {});
        QVERIFY(result.has_value());
        for (std::size_t i = 0; i < both.size(); ++i)
            QCOMPARE(heard[i], (*result)[i].tokens);
    }

    void stopIsCancelled()
    {
        std::stop_source source;
        JobContext context;
        context.stop = source.get_token();
        FakeTextModel model;
        int count = 0;
        const auto result = model.generate(
            prompts(), {.maxTokens = 1000},
            [&](std::size_t, TokenId) {
                if (++count == 3)
                    source.request_stop();
            },
            context);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QCOMPARE(count, 3);
        QVERIFY(!model.embed(prompts(), Pooling::Mean, context));
    }

    void fakeEmbeddingsDependOnTheTextAlone()
    {
        FakeTextModel model;
        const auto two = model.embed(std::vector<TokenSequence> {{1, 2}, {3}}, Pooling::Mean, {});
        const auto one = model.embed(std::vector<TokenSequence> {{3}}, Pooling::Mean, {});
        QVERIFY(two && one);
        QCOMPARE((*two)[1], (*one)[0]);
        QCOMPARE(std::ssize((*one)[0]), model.embeddingSize());
        QVERIFY((*two)[0] != (*two)[1]);
    }

private:
    static std::vector<TokenSequence> prompts() { return {{1, 2, 3}}; }
};

QTEST_APPLESS_MAIN(TestTextModel)
#include "tst_textmodel.moc"
