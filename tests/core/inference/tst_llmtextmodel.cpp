// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/base/textfile.h"
#include "core/inference/llmtextmodel.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <thread>

using namespace driftscope;
using namespace driftscope::inference;

namespace {

std::filesystem::path dataFolder(const std::string& folder)
{
    return std::filesystem::path(DRIFTSCOPE_TEST_DATA) / folder;
}

std::shared_ptr<const LoadedModel> load(const std::filesystem::path& path)
{
    const auto checkpoint = checkpoint::Checkpoint::open(path);
    if (!checkpoint)
        return nullptr;
    const auto model = LoadedModel::load(*checkpoint, {Precision::Fp32, DeviceChoice::Cpu}, {});
    return model ? *model : nullptr;
}

double largestDifference(const std::vector<float>& a, const std::vector<double>& b)
{
    double largest = a.size() == b.size() ? 0 : INFINITY;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        largest = std::max(largest, std::abs(double(a[i]) - b[i]));
    return largest;
}

} // namespace

/// Against transformers: the files and the script that made them are in tests/data/inference.
class TestLlmTextModel : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_llama = load(dataFolder("checkpoints/llama"));
        QVERIFY(m_llama != nullptr);
    }

    void textIsThatOfTransformers_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto& entry : std::filesystem::directory_iterator(dataFolder("checkpoints"))) {
            const std::string name = entry.path().filename().string();
            if (std::filesystem::exists(dataFolder("inference") / (name + ".text.json")))
                QTest::newRow(name.c_str()) << QString::fromStdString(name);
        }
    }

    // All prompts at once: the tree shares their header, and each grows below it.
    void textIsThatOfTransformers()
    {
        QFETCH(QString, name);
        const auto model = load(dataFolder("checkpoints/" + name.toStdString()));
        QVERIFY(model != nullptr);
        const auto text = readFile(dataFolder("inference") / (name.toStdString() + ".text.json"));
        QVERIFY(text.has_value());
        const auto cases = nlohmann::json::parse(*text);
        std::vector<TokenSequence> prompts;
        for (const auto& one : cases)
            prompts.push_back(one["ids"].get<TokenSequence>());
        const auto textModel = makeTextModel(model);
        const auto generated = textModel->generate(prompts, {.maxTokens = 24}, {}, {});
        QVERIFY2(generated, generated ? "" : generated.error().message.c_str());
        const auto next = textModel->nextTokens(prompts, 5, {});
        const auto mean = textModel->embed(prompts, Pooling::Mean, {});
        const auto last = textModel->embed(prompts, Pooling::Last, {});
        QVERIFY(next && mean && last);
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            QCOMPARE((*generated)[i].tokens, cases[i]["continuation"].get<TokenSequence>());
            for (std::size_t j = 0; j < 5; ++j)
                QVERIFY(std::abs((*next)[i][j].logit - cases[i]["next"][j][1].get<double>()) < 1e-4);
            QCOMPARE((*next)[i][0].id, cases[i]["next"][0][0].get<TokenId>());
            QVERIFY(largestDifference((*mean)[i], cases[i]["mean"]) < 1e-4);
            QVERIFY(largestDifference((*last)[i], cases[i]["last"]) < 1e-4);
        }
    }

    // The keys and values that a step finds are those of a pass over all tokens.
    void stepsGiveTheLogitsOfWholePasses()
    {
        const auto textModel = makeTextModel(m_llama);
        RandomStream random(2, "steps");
        const TokenSequence prompt = randomPrompt(random, 50);
        const auto generated = textModel->generate(std::vector<TokenSequence> {prompt}, {.maxTokens = 80}, {}, {});
        QVERIFY(generated.has_value());
        TokenSequence tokens = prompt;
        for (const TokenId token : generated->front().tokens) {
            const auto next = textModel->nextTokens(std::vector<TokenSequence> {tokens}, 2, {});
            QVERIFY(next.has_value());
            const auto& best = next->front();
            const bool isTie = best[0].logit - best[1].logit < 1e-4;
            QVERIFY(token == best[0].id || (isTie && token == best[1].id));
            tokens.push_back(token);
        }
    }

    void sampledTextDoesNotDependOnOtherPrompts()
    {
        const auto textModel = makeTextModel(m_llama);
        RandomStream random(3, "sampling");
        std::vector<TokenSequence> prompts;
        for (int i = 0; i < 5; ++i)
            prompts.push_back(randomPrompt(random, 10 + 15 * std::size_t(i)));
        prompts.push_back(prompts[3]);
        prompts.back().resize(20); // another's beginning
        const GenerateOptions options {.maxTokens = 15, .temperature = 0.8, .topP = 0.9, .seed = 11};
        const auto together = textModel->generate(prompts, options, {}, {});
        QVERIFY(together.has_value());
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            const auto alone = textModel->generate(std::vector<TokenSequence> {prompts[i]}, options, {}, {});
            QVERIFY(alone.has_value());
            QCOMPARE(alone->front().tokens, (*together)[i].tokens);
        }
        GenerateOptions other = options;
        other.seed = 12;
        const auto different = textModel->generate(prompts, other, {}, {});
        QVERIFY((*different)[0].tokens != (*together)[0].tokens || (*different)[1].tokens != (*together)[1].tokens);
    }

    void promptsEndEachAtItsOwnTime()
    {
        const auto textModel = makeTextModel(m_llama);
        RandomStream random(4, "ends");
        std::vector<TokenSequence> prompts {randomPrompt(random, 30), randomPrompt(random, 505)};
        const auto free = textModel->generate(prompts, {.maxTokens = 12}, {}, {});
        QVERIFY(free.has_value());
        QCOMPARE((*free)[0].end, GenerationEnd::MaxTokens);
        QCOMPARE((*free)[1].end, GenerationEnd::ContextFull);
        QCOMPARE((*free)[1].tokens.size(), std::size_t {512 - 505 + 1});
        const TokenId stop = (*free)[0].tokens[4];
        const auto stopped = textModel->generate(std::vector<TokenSequence> {prompts[0]},
                                                 {.maxTokens = 12, .stopTokens = {stop}}, {}, {});
        QVERIFY(stopped.has_value());
        QCOMPARE(stopped->front().end, GenerationEnd::StopToken);
        QCOMPARE(stopped->front().tokens.back(), stop);
        QVERIFY(stopped->front().tokens.size() <= 5);
    }

    void stopIsHonouredWithinAToken()
    {
        const auto textModel = makeTextModel(m_llama);
        RandomStream random(5, "stop");
        for (const int after : {1, 2, 7}) {
            std::stop_source source;
            JobContext context;
            context.stop = source.get_token();
            int count = 0;
            const auto result = textModel->generate(
                std::vector<TokenSequence> {randomPrompt(random, 20)}, {.maxTokens = 400},
                [&](std::size_t, TokenId) {
                    if (++count == after)
                        source.request_stop();
                },
                context);
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::Cancelled);
            QCOMPARE(count, after);
        }
    }

    void stoppedCallsAreCancelled()
    {
        std::stop_source source;
        source.request_stop();
        JobContext context;
        context.stop = source.get_token();
        const auto textModel = makeTextModel(m_llama);
        const std::vector<TokenSequence> prompts {{1, 2, 3}};
        QCOMPARE(textModel->nextTokens(prompts, 1, context).error().code, ErrorCode::Cancelled);
        QCOMPARE(textModel->generate(prompts, {}, {}, context).error().code, ErrorCode::Cancelled);
        QCOMPARE(textModel->embed(prompts, Pooling::Mean, context).error().code, ErrorCode::Cancelled);
    }

    void badArgumentsAreRefused()
    {
        const auto textModel = makeTextModel(m_llama);
        const auto codeOf = [&](const TokenSequence& tokens) {
            const auto result = textModel->embed(std::vector<TokenSequence> {tokens}, Pooling::Last, {});
            return result ? ErrorCode::Internal : result.error().code;
        };
        QCOMPARE(codeOf({}), ErrorCode::BadArgument);
        QCOMPARE(codeOf({100'000}), ErrorCode::BadArgument);
        QCOMPARE(codeOf(TokenSequence(513, 1)), ErrorCode::ContextTooLong);
        QCOMPARE(textModel->generate(std::vector<TokenSequence> {TokenSequence {1}}, {.topP = 2}, {}, {}).error().code,
                 ErrorCode::BadArgument);
    }

    void shortMemoryGivesTheSameText()
    {
        RandomStream random(6, "memory");
        std::vector<TokenSequence> prompts;
        for (int i = 0; i < 6; ++i)
            prompts.push_back(randomPrompt(random, 60));
        const auto roomy = makeTextModel(m_llama);
        const auto tight = makeTextModel(m_llama, {.memoryLimitBytes = 500'000});
        const auto expected = roomy->generate(prompts, {.maxTokens = 6}, {}, {});
        const auto got = tight->generate(prompts, {.maxTokens = 6}, {}, {});
        QVERIFY(expected && got);
        for (std::size_t i = 0; i < prompts.size(); ++i)
            QCOMPARE((*got)[i].tokens, (*expected)[i].tokens);
        const auto vectors = roomy->embed(prompts, Pooling::Mean, {});
        const auto few = tight->embed(prompts, Pooling::Mean, {});
        QVERIFY(vectors && few);
        for (std::size_t i = 0; i < prompts.size(); ++i)
            QVERIFY(largestDifference((*few)[i], {(*vectors)[i].begin(), (*vectors)[i].end()}) < 1e-4);
    }

    void promptThatNeverFitsIsSaid()
    {
        const auto tight = makeTextModel(m_llama, {.memoryLimitBytes = 20'000});
        RandomStream random(7, "never");
        const std::vector<TokenSequence> prompts {randomPrompt(random, 300)};
        QCOMPARE(tight->generate(prompts, {}, {}, {}).error().code, ErrorCode::OutOfMemory);
        QCOMPARE(tight->embed(prompts, Pooling::Mean, {}).error().code, ErrorCode::OutOfMemory);
        QCOMPARE(tight->nextTokens(prompts, 1, {}).error().code, ErrorCode::OutOfMemory);
    }

    void noPromptsGiveNothing()
    {
        const auto textModel = makeTextModel(m_llama);
        QVERIFY(textModel->generate({}, {}, {}, {}).value().empty());
        QVERIFY(textModel->embed({}, Pooling::Mean, {}).value().empty());
        QVERIFY(textModel->nextTokens({}, 3, {}).value().empty());
        QCOMPARE(textModel->embeddingSize(), m_llama->config().hiddenSize);
    }

private:
    static TokenSequence randomPrompt(RandomStream& random, std::size_t count)
    {
        TokenSequence tokens(count);
        for (TokenId& token : tokens)
            token = static_cast<TokenId>(random.index(250));
        return tokens;
    }

    std::shared_ptr<const LoadedModel> m_llama;
};

QTEST_APPLESS_MAIN(TestLlmTextModel)
#include "tst_llmtextmodel.moc"
