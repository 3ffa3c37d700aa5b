// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/fakescorer.h"
#include "core/inference/promptreading.h"

#include <QtTest>

#include <cmath>

using namespace driftscope;
using namespace driftscope::inference;

namespace {

std::vector<TokenizedPrompt> prompts(std::vector<std::vector<TokenId>> answers = {{7}, {8}})
{
    const auto shared = std::make_shared<const AnswerTokens>(AnswerTokens {std::move(answers)});
    return {{{1, 2, 3}, shared}, {{1, 2, 4}, shared}, {{5}, shared}};
}

} // namespace

class TestFakeScorer : public QObject
{
    Q_OBJECT

private slots:
    void samePromptGivesSameScoreInAnyOrder()
    {
        FakeScorer first(3);
        FakeScorer second(3);
        auto some = prompts();
        const auto forward = first.score(some, {}, {});
        std::reverse(some.begin(), some.end());
        const auto backward = second.score(some, {}, {});
        QVERIFY(forward && backward);
        for (std::size_t i = 0; i < some.size(); ++i)
            QCOMPARE((*forward)[i].answers, (*backward)[some.size() - 1 - i].answers);
        QVERIFY((*forward)[0].answers != (*forward)[1].answers);
    }

    void seedsDiffer()
    {
        const auto a = FakeScorer(1).score(prompts(), {}, {});
        const auto b = FakeScorer(2).score(prompts(), {}, {});
        QVERIFY(a && b);
        QVERIFY(a->front().answers != b->front().answers);
    }

    void aPromptIsReadInOnePass()
    {
        FakeScorer scorer(1, 100, 50);
        const auto reading = readPrompt(scorer, prompts().front(), 5, {});
        QVERIFY(reading.has_value());
        QCOMPARE(scorer.cost().promptTokens, std::int64_t {3});
        QCOMPARE(reading->next.size(), std::size_t {5});
        QVERIFY(reading->next[0].probability >= reading->next[1].probability);
        const auto all = readPrompt(scorer, prompts().front(), 50, {});
        double sum = 0;
        for (const NextToken& token : all->next) {
            sum += token.probability;
            if (token.id == 7)
                QVERIFY(std::abs(token.probability - reading->answers[0]) < 1e-6);
        }
        QVERIFY(std::abs(sum - 1) < 1e-5);
        const double two = reading->answers[0] / (reading->answers[0] + reading->answers[1]);
        QVERIFY(std::abs(two - reading->firstOfTwo) < 1e-9);
        const auto longer = readPrompt(scorer, prompts({{7, 9}, {8, 9}}).front(), 5, {});
        QVERIFY(longer->answers[0] < reading->answers[0]); // the likelihood of two tokens
    }

    void normalizerBelongsToTheLogits()
    {
        const auto scores = FakeScorer(1, 100, 50).score(prompts(), {.logNormalizer = true, .fullLogits = true}, {});
        QVERIFY(scores.has_value());
        const PromptScore& score = scores->front();
        QCOMPARE(score.logits.size(), std::size_t {50});
        QVERIFY(std::abs(double(score.logits[7]) - score.answers[0]) < 1e-6);
        double sum = 0;
        for (const float logit : score.logits)
            sum += std::exp(double(logit));
        QVERIFY(std::abs(std::log(sum) - *score.logNormalizer) < 1e-5);
    }

    void answersOfSeveralTokensAreLogLikelihoods()
    {
        const auto scores = FakeScorer().score(prompts({{7}, {8, 9}}), {}, {});
        QVERIFY(scores.has_value());
        QVERIFY(scores->front().areLogLikelihoods);
        QVERIFY(scores->front().answers[0] < 0);
        QVERIFY(scores->front().answers[1] < 0);
    }

    void stopIsHonoured()
    {
        std::stop_source source;
        source.request_stop();
        JobContext context;
        context.stop = source.get_token();
        FakeScorer scorer;
        const auto scores = scorer.score(prompts(), {}, context);
        QVERIFY(!scores);
        QCOMPARE(scores.error().code, ErrorCode::Cancelled);
        QCOMPARE(scorer.cost().promptTokens, std::int64_t {0});
    }

    void costCountsTokens()
    {
        FakeScorer scorer;
        QVERIFY(scorer.score(prompts(), {}, {}));
        QCOMPARE(scorer.cost().promptTokens, std::int64_t {7});
    }
};

QTEST_APPLESS_MAIN(TestFakeScorer)
#include "tst_fakescorer.moc"
