// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/torchscriptmodel.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <thread>

using namespace driftscope;
using namespace driftscope::inference;

namespace {

using Prompts = std::vector<TokenizedPrompt>;
using Scores = std::vector<PromptScore>;

std::filesystem::path modulePath(const std::string& name)
{
    return std::filesystem::path(DRIFTSCOPE_TEST_DATA) / "inference/torchscript" / name;
}

Result<std::shared_ptr<const TorchScriptModel>> loaded(const std::string& name)
{
    LoadOptions options;
    options.device = DeviceChoice::Cpu;
    options.trustsCode = true;
    return TorchScriptModel::load(modulePath(name), options, {});
}

std::shared_ptr<const AnswerTokens> answers(std::vector<std::vector<TokenId>> tokens)
{
    return std::make_shared<const AnswerTokens>(AnswerTokens {std::move(tokens)});
}

/// reference.json: prompts with the logits at each position, made by make_modules.py with one forward a prompt.
struct Reference {
    std::vector<TokenId> ids;
    std::vector<std::vector<double>> logits; ///< [tokens][vocabulary]
};

std::vector<Reference> references()
{
    std::ifstream file(modulePath("reference.json"));
    std::vector<Reference> all;
    for (const auto& entry : nlohmann::json::parse(file))
        all.push_back({entry["ids"], entry["logits"]});
    return all;
}

double logSumExp(const std::vector<double>& logits)
{
    double sum = 0;
    for (const double logit : logits)
        sum += std::exp(logit);
    return std::log(sum);
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

Prompts promptsOf(const std::vector<Reference>& all)
{
    Prompts prompts;
    for (const Reference& reference : all)
        prompts.push_back({reference.ids, answers({{7}, {8}})});
    return prompts;
}

} // namespace

class TestTorchScriptModel : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const auto model = loaded("keeps.pt");
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        m_model = *model;
        m_references = references();
        QCOMPARE(m_model->vocabularySize(), std::int64_t {48});
        QCOMPARE(m_model->contextLength(), std::int64_t {2048});
        QVERIFY(m_model->weightBytes() > 0);
    }

    void codeIsNotRunWithoutLeave()
    {
        const auto model = TorchScriptModel::load(modulePath("keeps.pt"), {.device = DeviceChoice::Cpu}, {});
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::BadArgument);
        QVERIFY(model.error().message.find("runs the code") != std::string::npos);
    }

    void logitsAreThoseOfPyTorchInAnyBatch_data()
    {
        QTest::addColumn<int>("batchTokens");
        for (const int tokens : {1, 5, 10, 20, 1000})
            QTest::addRow("%d tokens a batch", tokens) << tokens;
    }

    void logitsAreThoseOfPyTorchInAnyBatch()
    {
        QFETCH(int, batchTokens);
        const auto scorer = makeScorer(m_model, {.batchTokens = batchTokens});
        const auto scores = scorer->score(promptsOf(m_references), {.logNormalizer = true, .fullLogits = true}, {});
        QVERIFY(scores.has_value());
        for (std::size_t i = 0; i < scores->size(); ++i) {
            const auto& expected = m_references[i].logits.back();
            const PromptScore& score = scores->at(i);
            QCOMPARE(score.logits.size(), expected.size());
            for (std::size_t v = 0; v < expected.size(); ++v)
                QVERIFY(std::abs(static_cast<double>(score.logits[v]) - expected[v]) < 2e-5);
            QVERIFY(std::abs(score.answers[0] - expected[7]) < 2e-5);
            QVERIFY(std::abs(*score.logNormalizer - logSumExp(expected)) < 2e-5);
            QVERIFY(!score.areLogLikelihoods);
        }
        QVERIFY(scorer->cost().promptTokens == 36);
        QVERIFY(scorer->cost().computedTokens >= 36);
        QVERIFY(scorer->cost().peakBytes > m_model->weightBytes());
    }

    // The last tokens of a reference prompt as the answer to its beginning.
    void answersOfSeveralTokensHaveTheirLogLikelihood()
    {
        const Reference& reference = m_references.back();
        const std::size_t begin = reference.ids.size() - 3;
        const std::vector<TokenId> answer(reference.ids.begin() + std::ptrdiff_t(begin), reference.ids.end());
        double expected = 0;
        for (std::size_t i = 0; i < answer.size(); ++i) {
            const auto& logits = reference.logits[begin - 1 + i];
            expected += logits[static_cast<std::size_t>(answer[i])] - logSumExp(logits);
        }
        const auto& first = reference.logits[begin - 1];
        const std::vector<TokenId> prompt(reference.ids.begin(), reference.ids.begin() + std::ptrdiff_t(begin));
        const auto scorer = makeScorer(m_model);
        const Prompts prompts {{prompt, answers({answer, {9}})}, {prompt, answers({answer})}};
        const auto scores = scorer->score(prompts, {}, {});
        QVERIFY(scores.has_value());
        QVERIFY(scores->at(0).areLogLikelihoods);
        QVERIFY(std::abs(scores->at(0).answers[0] - expected) < 1e-4);
        QVERIFY(std::abs(scores->at(0).answers[1] - (first[9] - logSumExp(first))) < 1e-4);
        QVERIFY(std::abs(scores->at(1).answers[0] - expected) < 1e-4);
    }

    void tupleIsReadByItsFirstItem()
    {
        const auto model = loaded("tuple.pt");
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QVERIFY(makeScorer(*model)->score(promptsOf(m_references), {}, {}));
    }

    void brokenContractsSayWhatCameBack_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("says");
        QTest::newRow("last position only") << "last-only.pt"
                                            << "Float[2,48] for a batch of 2 rows of 3 tokens";
        QTest::newRow("whole numbers") << "integers.pt"
                                       << "Long[2,3,1]";
        QTest::newRow("a dictionary") << "named.pt"
                                      << "forward gave a GenericDict";
        QTest::newRow("one input") << "one-input.pt"
                                   << "forward takes 1 inputs";
        QTest::newRow("it fails") << "raises.pt"
                                  << "only two tokens are understood";
        QTest::newRow("a pickle") << "pickle.pt"
                                  << "pickle";
    }

    void brokenContractsSayWhatCameBack()
    {
        QFETCH(QString, name);
        QFETCH(QString, says);
        const auto model = loaded(name.toStdString());
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::UnsupportedFormat);
        QVERIFY2(model.error().message.find(says.toStdString()) != std::string::npos, model.error().message.c_str());
    }

    void contextStandsInTheConfigBeside()
    {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("model.pt").toStdString();
        std::filesystem::copy_file(modulePath("keeps.pt"), path);
        std::ofstream(path.parent_path() / "config.json") << R"({"n_positions": 8})";
        const auto model = TorchScriptModel::load(path, {.device = DeviceChoice::Cpu, .trustsCode = true}, {});
        QVERIFY(model.has_value());
        QCOMPARE((*model)->contextLength(), std::int64_t {8});
        const auto scores = makeScorer(*model)->score(promptsOf(m_references), {}, {});
        QVERIFY(!scores);
        QCOMPARE(scores.error().code, ErrorCode::ContextTooLong);
    }

    void damagedArchiveIsAnError()
    {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("model.pt").toStdString();
        std::ifstream whole(modulePath("keeps.pt"), std::ios::binary);
        std::string content((std::istreambuf_iterator<char>(whole)), {});
        for (std::size_t at = 0; (at = content.find("__torch__", at)) != std::string::npos;)
            content.replace(at, 9, "__wrong__"); // the names of all classes
        std::ofstream(path, std::ios::binary) << content;
        const auto model = TorchScriptModel::load(path, {.device = DeviceChoice::Cpu, .trustsCode = true}, {});
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::UnsupportedFormat);
    }

    void batchThatDoesNotFitIsHalved()
    {
        const auto roomy = makeScorer(m_model)->score(promptsOf(m_references), {}, {});
        const std::int64_t room = 14 * 48 * 8; // the longest prompt alone
        const auto tight = makeScorer(m_model, {.memoryLimitBytes = room})->score(promptsOf(m_references), {}, {});
        QVERIFY(roomy && tight);
        QVERIFY(largestDifference(*roomy, *tight) < 1e-5);
        const auto none = makeScorer(m_model, {.memoryLimitBytes = room - 1})->score(promptsOf(m_references), {}, {});
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::OutOfMemory);
        QVERIFY2(none.error().message.find("prompt 6 of 6 with 14 tokens") != std::string::npos,
                 none.error().message.c_str());
        QVERIFY(none.error().message.find("about 13 tokens would") != std::string::npos);
    }

    void stopIsHonoured()
    {
        std::stop_source source;
        JobContext context;
        context.stop = source.get_token();
        context.report = [&source](const Progress&) { source.request_stop(); };
        const auto model =
            TorchScriptModel::load(modulePath("keeps.pt"), {.device = DeviceChoice::Cpu, .trustsCode = true}, context);
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::Cancelled);
        const auto scores = makeScorer(m_model)->score(promptsOf(m_references), {}, context);
        QVERIFY(!scores);
        QCOMPARE(scores.error().code, ErrorCode::Cancelled);
    }

    void badPromptsAreRefused()
    {
        const auto scorer = makeScorer(m_model);
        QCOMPARE(scorer->score(Prompts {{{48}, answers({{1}})}}, {}, {}).error().code, ErrorCode::BadArgument);
        QCOMPARE(scorer->score(Prompts {{{}, answers({{1}})}}, {}, {}).error().code, ErrorCode::BadArgument);
        QVERIFY(scorer->score({}, {}, {}).value().empty());
    }

    void twoSessionsInTwoThreadsGiveTheSame()
    {
        const Prompts prompts = promptsOf(m_references);
        const auto expected = makeScorer(m_model)->score(prompts, {}, {});
        QVERIFY(expected.has_value());
        std::array<double, 2> differences {INFINITY, INFINITY};
        {
            std::vector<std::jthread> threads;
            for (double& difference : differences)
                threads.emplace_back([&] {
                    const auto scorer = makeScorer(m_model);
                    difference = 0;
                    for (int round = 0; round < 20; ++round) {
                        const auto scores = scorer->score(prompts, {}, {});
                        difference = std::max(difference, scores ? largestDifference(*scores, *expected) : INFINITY);
                    }
                });
        }
        QCOMPARE(differences[0], 0.0);
        QCOMPARE(differences[1], 0.0);
    }

private:
    std::shared_ptr<const TorchScriptModel> m_model;
    std::vector<Reference> m_references;
};

QTEST_APPLESS_MAIN(TestTorchScriptModel)
#include "tst_torchscriptmodel.moc"
