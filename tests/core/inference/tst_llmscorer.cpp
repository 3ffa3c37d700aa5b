// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/base/textfile.h"
#include "core/inference/llmscorer.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

using namespace driftscope;
using namespace driftscope::inference;

namespace {

using Prompts = std::vector<TokenizedPrompt>;
using Scores = std::vector<PromptScore>;

std::filesystem::path dataFolder(const std::string& folder)
{
    return std::filesystem::path(DRIFTSCOPE_TEST_DATA) / folder;
}

std::shared_ptr<const LoadedModel> load(const std::filesystem::path& path, Precision precision = Precision::Fp32)
{
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
        token = static_cast<TokenId>(random.index(500));
    return tokens;
}

/// Prompts as branches of a random tree: each begins with part of an earlier one.
Prompts randomTree(std::uint64_t seed, std::size_t count, std::size_t longest)
{
    RandomStream random(seed, "scorer test");
    Prompts prompts;
    const auto shared = answers();
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<TokenId> tokens;
        if (i > 0 && random.index(5) > 0) {
            const auto& other = prompts[random.index(i)].tokens;
            tokens.assign(other.begin(), other.begin() + std::ptrdiff_t(random.index(other.size() + 1)));
        }
        const std::size_t room = longest - std::min(longest - 1, tokens.size());
        const auto own = randomTokens(random, random.index(room) + 1);
        tokens.insert(tokens.end(), own.begin(), own.end());
        prompts.push_back({std::move(tokens), shared});
    }
    return prompts;
}

/// A query as the workload has it: a long prefix, many short ends that begin alike.
Prompts rankingQuery(std::uint64_t seed, std::size_t prefix, std::size_t candidates)
{
    RandomStream random(seed, "ranking query");
    Prompts prompts;
    const auto shared = answers();
    const auto start = randomTokens(random, prefix);
    for (std::size_t i = 0; i < candidates; ++i) {
        auto tokens = start;
        tokens.push_back(static_cast<TokenId>(random.index(3)));
        const auto own = randomTokens(random, 5 + random.index(20));
        tokens.insert(tokens.end(), own.begin(), own.end());
        prompts.push_back({std::move(tokens), shared});
    }
    return prompts;
}

Scores scored(Scorer& scorer, const Prompts& prompts, ScoreOptions options = {})
{
    auto scores = scorer.score(prompts, options, {});
    if (!scores)
        qWarning("%s", scores.error().message.c_str());
    return scores ? *scores : Scores {};
}

double largestDifference(const Scores& a, const Scores& b)
{
    double largest = a.size() == b.size() ? 0 : INFINITY;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        for (std::size_t j = 0; j < a[i].answers.size(); ++j)
            largest = std::max(largest, std::abs(a[i].answers[j] - b[i].answers[j]));
    }
    return largest;
}

Scores oneByOne(const std::shared_ptr<const LoadedModel>& model, const Prompts& prompts)
{
    const auto scorer = makeScorer(model, {.sharePrefixes = false});
    Scores scores;
    for (const TokenizedPrompt& prompt : prompts) {
        const auto one = scored(*scorer, {prompt});
        scores.insert(scores.end(), one.begin(), one.end());
    }
    return scores;
}

} // namespace

class TestLlmScorer : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_llama = load(dataFolder("checkpoints/llama"));
        QVERIFY(m_llama != nullptr);
    }

    // reference.json: last-position logits of transformers in fp32, made by the script that its note names.
    void logitsAreThoseOfTransformers_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("reference");
        for (const auto& entry : std::filesystem::directory_iterator(dataFolder("checkpoints"))) {
            if (std::filesystem::exists(entry.path() / "reference.json"))
                addReference(entry.path(), entry.path() / "reference.json");
        }
        for (const auto& entry : std::filesystem::directory_iterator(dataFolder("gguf"))) {
            auto reference = entry.path();
            reference.replace_extension(".reference.json");
            if (entry.path().extension() == ".gguf" && std::filesystem::exists(reference))
                addReference(entry.path(), reference);
        }
    }

    void logitsAreThoseOfTransformers()
    {
        QFETCH(QString, path);
        QFETCH(QString, reference);
        const auto model = load(path.toStdString());
        QVERIFY2(model, qPrintable(path));
        const auto text = readFile(reference.toStdString());
        QVERIFY(text.has_value());
        const auto json = nlohmann::json::parse(*text);
        Prompts prompts;
        for (const auto& input : json["inputs"])
            prompts.push_back({input["ids"].get<std::vector<TokenId>>(), answers()});
        const auto scorer = makeScorer(model);
        const Scores scores = scored(*scorer, prompts, {.fullLogits = true});
        QCOMPARE(scores.size(), prompts.size());
        double largest = 0;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const auto expected = json["last_logits"][i].get<std::vector<double>>();
            QCOMPARE(scores[i].logits.size(), expected.size());
            for (std::size_t j = 0; j < expected.size(); ++j)
                largest = std::max(largest, std::abs(double(scores[i].logits[j]) - expected[j]));
            QVERIFY(std::abs(double(scores[i].logits[7]) - scores[i].answers[0]) < 1e-4);
        }
        QVERIFY2(largest < 1e-4, qPrintable(QString::number(largest)));
    }

    // The file in tests/data/inference was made with transformers in fp32 on the weights of this GGUF file.
    void logitsOfSmolLm2AreThoseOfTransformers()
    {
        const QString data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
        const std::filesystem::path path = (data + "/driftscope/models/smollm2-135m-instruct").toStdString();
        if (!std::filesystem::exists(path))
            QSKIP("the SmolLM2 model is not in the data folder; packaging/setup.sh puts it there");
        const auto model = load(path);
        QVERIFY(model);
        const auto text = readFile(dataFolder("inference/real-smollm2-135m-q4_1.reference.json"));
        QVERIFY(text.has_value());
        const auto json = nlohmann::json::parse(*text);
        Prompts prompts;
        for (const auto& reference : json["cases"])
            prompts.push_back({reference["ids"].get<std::vector<TokenId>>(), answers()});
        const auto scorer = makeScorer(model);
        const Scores scores = scored(*scorer, prompts, {.logNormalizer = true, .fullLogits = true});
        QCOMPARE(scores.size(), prompts.size());
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const auto& reference = json["cases"][i];
            const auto expected = reference["logits_first_64"].get<std::vector<double>>();
            for (std::size_t j = 0; j < expected.size(); ++j)
                QVERIFY(std::abs(double(scores[i].logits[j]) - expected[j]) < 1e-3);
            QVERIFY(std::abs(*scores[i].logNormalizer - reference["logsumexp"].get<double>()) < 1e-3);
        }
    }

    void numbersDoNotDependOnBatchOrderOrSharing()
    {
        for (std::uint64_t seed = 0; seed < 4; ++seed) {
            Prompts prompts = seed % 2 == 0 ? randomTree(seed, 14, 240) : rankingQuery(seed, 150 + 40 * seed, 8);
            const Scores expected = oneByOne(m_llama, prompts);
            std::vector<std::size_t> order(prompts.size());
            std::iota(order.begin(), order.end(), std::size_t {0});
            RandomStream(seed, "order").shuffle(order);
            for (const std::int64_t budget : {1, 300, 100'000}) {
                for (const bool shares : {true, false}) {
                    const auto scorer = makeScorer(m_llama, {.batchTokens = budget, .sharePrefixes = shares});
                    Prompts shuffled;
                    for (const std::size_t index : order)
                        shuffled.push_back(prompts[index]);
                    const Scores got = scored(*scorer, shuffled);
                    Scores back(got.size());
                    for (std::size_t i = 0; i < got.size(); ++i)
                        back[order[i]] = got[i];
                    const double difference = largestDifference(back, expected);
                    QVERIFY2(difference < 1e-4, qPrintable(QString::number(difference)));
                }
            }
        }
    }

    void sameBatchGivesTheSameBits()
    {
        const Prompts prompts = rankingQuery(3, 200, 20);
        const auto first = makeScorer(m_llama);
        const auto second = makeScorer(m_llama);
        const Scores expected = scored(*first, prompts);
        QCOMPARE(largestDifference(scored(*first, prompts), expected), 0.0);
        QCOMPARE(largestDifference(scored(*second, prompts), expected), 0.0);
        Prompts reversed(prompts.rbegin(), prompts.rend());
        Scores back = scored(*second, reversed);
        std::reverse(back.begin(), back.end());
        QCOMPARE(largestDifference(back, expected), 0.0);
    }

    void sharedPrefixIsComputedOnce()
    {
        const Prompts prompts = rankingQuery(1, 200, 10);
        std::int64_t tokens = 0;
        for (const TokenizedPrompt& prompt : prompts)
            tokens += static_cast<std::int64_t>(prompt.tokens.size());
        const auto scorer = makeScorer(m_llama);
        QVERIFY(!scored(*scorer, prompts).empty());
        QCOMPARE(scorer->cost().promptTokens, tokens);
        QVERIFY(scorer->cost().computedTokens <= tokens - 9 * 200);
        QVERIFY(scorer->cost().peakBytes > m_llama->weightBytes());
    }

    // The same likelihood, token by token from full logits.
    void answersOfSeveralTokensHaveTheirLogLikelihood()
    {
        const std::vector<TokenId> answer {11, 12, 13};
        const auto both = answers({answer, {9}});
        Prompts prompts = rankingQuery(2, 60, 3);
        for (TokenizedPrompt& prompt : prompts)
            prompt.answers = both;
        const auto scorer = makeScorer(m_llama);
        const Scores scores = scored(*scorer, prompts);
        QCOMPARE(scores.size(), prompts.size());
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            QVERIFY(scores[i].areLogLikelihoods);
            double expected = 0;
            TokenizedPrompt longer = prompts[i];
            for (const TokenId token : answer) {
                longer.answers = answers({{token}});
                const Scores step = scored(*scorer, {longer}, {.logNormalizer = true});
                expected += step[0].answers[0] - *step[0].logNormalizer;
                longer.tokens.push_back(token);
            }
            QVERIFY(std::abs(scores[i].answers[0] - expected) < 1e-4);
        }
    }

    void normalizerIsTheLogSumOfAllLogits()
    {
        const auto scorer = makeScorer(m_llama);
        const Scores scores = scored(*scorer, randomTree(4, 5, 40), {.logNormalizer = true, .fullLogits = true});
        for (const PromptScore& score : scores) {
            double sum = 0;
            for (const float logit : score.logits)
                sum += std::exp(double(logit));
            QVERIFY(std::abs(std::log(sum) - score.logNormalizer.value_or(0)) < 1e-4);
        }
    }

    void promptsMayHaveDifferentAnswers()
    {
        Prompts prompts = rankingQuery(5, 30, 2);
        prompts[1].answers = answers({{100}, {200}, {300}});
        const auto scorer = makeScorer(m_llama);
        const Scores scores = scored(*scorer, prompts, {.fullLogits = true});
        QCOMPARE(scores[0].answers.size(), std::size_t {2});
        QCOMPARE(scores[1].answers.size(), std::size_t {3});
        QVERIFY(std::abs(scores[1].answers[2] - double(scores[1].logits[300])) < 1e-4);
    }

    void noPromptsGiveNoScores()
    {
        const auto scorer = makeScorer(m_llama);
        const auto scores = scorer->score({}, {}, {});
        QVERIFY(scores && scores->empty());
    }

    void badPromptsAreRefused()
    {
        const auto scorer = makeScorer(m_llama);
        const auto tooLong = scorer->score(Prompts {{std::vector<TokenId>(513, 1), answers()}}, {}, {});
        QVERIFY(!tooLong);
        QCOMPARE(tooLong.error().code, ErrorCode::ContextTooLong);
        const auto empty = scorer->score(Prompts {{{}, answers()}}, {}, {});
        QVERIFY(!empty);
        QCOMPARE(empty.error().code, ErrorCode::BadArgument);
    }

    void stopIsCancelledAndKeepsNothing()
    {
        std::stop_source source;
        source.request_stop();
        JobContext context;
        context.stop = source.get_token();
        const auto scorer = makeScorer(m_llama);
        const auto scores = scorer->score(randomTree(1, 4, 30), {}, context);
        QVERIFY(!scores);
        QCOMPARE(scores.error().code, ErrorCode::Cancelled);
        QCOMPARE(scorer->cost().promptTokens, std::int64_t {0});
    }

    void shortMemoryHalvesTheBatch()
    {
        const Prompts prompts = rankingQuery(6, 100, 16);
        const auto roomy = makeScorer(m_llama);
        const auto tight = makeScorer(m_llama, {.memoryLimitBytes = 600'000});
        const Scores expected = scored(*roomy, prompts);
        QVERIFY(largestDifference(scored(*tight, prompts), expected) < 1e-4);
        QVERIFY(tight->cost().computedTokens > roomy->cost().computedTokens);
    }

    void promptThatDoesNotFitSaysHowManyTokensWould()
    {
        const auto scorer = makeScorer(m_llama, {.memoryLimitBytes = 300'000});
        RandomStream random(1, "long");
        const auto scores = scorer->score(Prompts {{randomTokens(random, 400), answers()}}, {}, {});
        QVERIFY(!scores);
        QCOMPARE(scores.error().code, ErrorCode::OutOfMemory);
        QVERIFY(scores.error().message.find("400 tokens") != std::string::npos);
    }

    // Measured here: weights rounded to bf16 move the logits of this checkpoint by up to 0.05.
    void bf16StaysNearFp32()
    {
        const auto narrow = load(dataFolder("checkpoints/llama"), Precision::Bf16);
        QVERIFY(narrow != nullptr);
        const Prompts prompts = rankingQuery(7, 120, 12);
        const auto exact = makeScorer(m_llama);
        const auto rounded = makeScorer(narrow);
        const double spread = largestDifference(scored(*rounded, prompts), scored(*exact, prompts));
        QVERIFY2(spread < 0.3, qPrintable(QString::number(spread)));
        const double own = largestDifference(scored(*rounded, prompts), oneByOne(narrow, prompts));
        QVERIFY2(own < 0.3, qPrintable(QString::number(own)));
        qInfo("bf16: up to %g from fp32, up to %g between batches", spread, own);
    }

private:
    static void addReference(const std::filesystem::path& path, const std::filesystem::path& reference)
    {
        QTest::newRow(path.filename().c_str())
            << QString::fromStdString(path.string()) << QString::fromStdString(reference.string());
    }

    std::shared_ptr<const LoadedModel> m_llama;
};

QTEST_APPLESS_MAIN(TestLlmScorer)
#include "tst_llmscorer.moc"
