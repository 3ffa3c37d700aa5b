// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/base/textfile.h"
#include "core/inference/llmscorer.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

using namespace driftscope;
using namespace driftscope::inference;
using nlohmann::json;

namespace {

using Prompts = std::vector<TokenizedPrompt>;
using Scores = std::vector<PromptScore>;
using Tokens = std::vector<TokenId>;

/// A checkpoint of the test data with what transformers computes for it.
struct Reference {
    std::filesystem::path checkpoint;
    json values;
};

std::map<std::string, Reference> allReferences()
{
    std::map<std::string, Reference> references;
    const auto add = [&references](const std::filesystem::path& path, const std::filesystem::path& reference) {
        if (const auto text = readFile(reference); text && json::parse(*text).contains("last_logits"))
            references.emplace(path.filename().string(), Reference {path, json::parse(*text)});
    };
    const std::filesystem::path data = DRIFTSCOPE_TEST_DATA;
    for (const auto& entry : std::filesystem::directory_iterator(data / "checkpoints"))
        add(entry.path(), entry.path() / "reference.json");
    for (const auto& entry : std::filesystem::directory_iterator(data / "gguf")) {
        auto reference = entry.path();
        if (entry.path().extension() == ".gguf")
            add(entry.path(), reference.replace_extension(".reference.json"));
    }
    return references;
}

std::shared_ptr<const LoadedModel> load(const std::filesystem::path& path, Precision precision)
{
    const auto checkpoint = checkpoint::Checkpoint::open(path);
    if (!checkpoint) {
        qWarning("%s", checkpoint.error().message.c_str());
        return nullptr;
    }
    const auto model = LoadedModel::load(*checkpoint, {precision, DeviceChoice::Cpu}, {});
    if (!model)
        qWarning("%s", model.error().message.c_str());
    return model ? *model : nullptr;
}

std::shared_ptr<const AnswerTokens> answers(std::vector<Tokens> tokens)
{
    return std::make_shared<const AnswerTokens>(AnswerTokens {std::move(tokens)});
}

Scores scored(Scorer& scorer, const Prompts& prompts, const ScoreOptions& options = {})
{
    auto scores = scorer.score(prompts, options, {});
    if (!scores)
        qWarning("%s", scores.error().message.c_str());
    return scores ? *scores : Scores {};
}

std::vector<Tokens> inputsOf(const json& reference)
{
    std::vector<Tokens> inputs;
    for (const json& input : reference["inputs"])
        inputs.push_back(input["ids"].get<Tokens>());
    return inputs;
}

/// Branches of the reference's longest input, to lengths on both sides of what windows and contexts of the files are.
Prompts branches(const Tokens& trunk, std::int64_t vocabulary, std::int64_t longest)
{
    RandomStream random(20'240, "branches");
    Prompts prompts;
    const auto shared = answers({{3}, {4}});
    const auto most = static_cast<std::size_t>(std::min<std::int64_t>(longest, 150));
    for (std::size_t i = 0; i < 14; ++i) {
        Tokens tokens(trunk.begin(), trunk.begin() + std::ptrdiff_t(std::min(trunk.size() - 1, 5 + i / 3 * 9)));
        const std::size_t own = 1 + random.index(std::max<std::size_t>(1, most - std::min(most, tokens.size())));
        for (std::size_t j = 0; j < own && tokens.size() < most; ++j)
            tokens.push_back(static_cast<TokenId>(random.index(static_cast<std::size_t>(vocabulary))));
        prompts.push_back({std::move(tokens), shared});
    }
    return prompts;
}

} // namespace

class TestFamilies : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_references = allReferences();
        QVERIFY(m_references.size() > 20);
    }

    void logitsAreThoseOfTransformers_data() { addRows(); }

    void logitsAreThoseOfTransformers()
    {
        const auto model = loaded(Precision::Fp32);
        QVERIFY(model);
        const json& values = reference().values;
        Prompts prompts;
        for (Tokens& ids : inputsOf(values))
            prompts.push_back({std::move(ids), answers({{3}, {4}})});
        const auto scorer = makeScorer(model);
        const Scores scores = scored(*scorer, prompts, {.logNormalizer = true, .fullLogits = true});
        QCOMPARE(scores.size(), prompts.size());
        double largest = 0;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const auto expected = values["last_logits"][i].get<std::vector<double>>();
            QCOMPARE(scores[i].logits.size(), expected.size());
            double sum = 0;
            for (std::size_t j = 0; j < expected.size(); ++j) {
                largest = std::max(largest, std::abs(double(scores[i].logits[j]) - expected[j]));
                sum += std::exp(expected[j]);
            }
            largest = std::max(largest, std::abs(*scores[i].logNormalizer - std::log(sum)));
            largest = std::max(largest, std::abs(scores[i].answers[0] - expected[3]));
        }
        QVERIFY2(largest < 1e-4, qPrintable(QString::number(largest)));
    }

    void likelihoodsAreThoseOfTransformers_data() { addRows("mean_nll"); }

    // The cross entropy of a whole text is the likelihood of all but its first token as an answer.
    void likelihoodsAreThoseOfTransformers()
    {
        const auto model = loaded(Precision::Fp32);
        QVERIFY(model);
        const json& values = reference().values;
        const auto inputs = inputsOf(values);
        Prompts prompts;
        for (const Tokens& ids : inputs) {
            if (ids.size() > 1)
                prompts.push_back({{ids.front()}, answers({Tokens(ids.begin() + 1, ids.end()), {3}})});
        }
        const auto scorer = makeScorer(model);
        const Scores scores = scored(*scorer, prompts, {.logNormalizer = true});
        QCOMPARE(scores.size(), prompts.size());
        std::size_t next = 0;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (inputs[i].size() < 2)
                continue;
            const PromptScore& score = scores[next++];
            // An answer of one token is given as its logit.
            const double likelihood = score.answers[0] - (score.areLogLikelihoods ? 0.0 : *score.logNormalizer);
            const double mean = -likelihood / double(inputs[i].size() - 1);
            QVERIFY2(std::abs(mean - values["mean_nll"][i].get<double>()) < 1e-4, qPrintable(QString::number(mean)));
        }
    }

    void chancesOfYesAreThoseOfTransformers_data() { addRows("p_yes"); }

    void chancesOfYesAreThoseOfTransformers()
    {
        const auto model = loaded(Precision::Fp32);
        QVERIFY(model);
        const json& values = reference().values;
        Prompts prompts;
        for (Tokens& ids : inputsOf(values))
            prompts.push_back(
                {std::move(ids), answers({{values["yes_id"].get<TokenId>()}, {values["no_id"].get<TokenId>()}})});
        const auto scorer = makeScorer(model);
        const Scores scores = scored(*scorer, prompts);
        QCOMPARE(scores.size(), prompts.size());
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const double chance = 1 / (1 + std::exp(scores[i].answers[1] - scores[i].answers[0]));
            QVERIFY2(std::abs(chance - values["p_yes"][i].get<double>()) < 1e-4, qPrintable(QString::number(chance)));
        }
    }

    void sharedPrefixesGiveTheNumbersOfOnePromptAlone_data() { addRows(); }

    void sharedPrefixesGiveTheNumbersOfOnePromptAlone()
    {
        const auto model = loaded(Precision::Fp32);
        QVERIFY(model);
        const auto inputs = inputsOf(reference().values);
        const Tokens& trunk = *std::ranges::max_element(inputs, {}, &Tokens::size);
        const Prompts prompts = branches(trunk, model->config().vocabularySize, model->config().contextLength);
        const auto scorer = makeScorer(model);
        const Scores together = scored(*scorer, prompts);
        QCOMPARE(together.size(), prompts.size());
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            const Scores alone = scored(*makeScorer(model, {.sharePrefixes = false}), {prompts[i]});
            QCOMPARE(alone.size(), std::size_t {1});
            for (std::size_t j = 0; j < 2; ++j)
                QVERIFY2(std::abs(alone[0].answers[j] - together[i].answers[j]) < 1e-4,
                         qPrintable(QString::number(alone[0].answers[j] - together[i].answers[j])));
        }
    }

    void halfPrecisionStaysNear_data() { addRows(); }

    void halfPrecisionStaysNear()
    {
        const auto model = loaded(Precision::Bf16);
        QVERIFY(model);
        const json& values = reference().values;
        Prompts prompts;
        for (Tokens& ids : inputsOf(values))
            prompts.push_back({std::move(ids), answers({{3}, {4}})});
        const auto scorer = makeScorer(model);
        const Scores scores = scored(*scorer, prompts);
        QCOMPARE(scores.size(), prompts.size());
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const auto expected = values["last_logits"][i].get<std::vector<double>>();
            const auto [lowest, highest] = std::ranges::minmax(expected);
            const double error = std::abs(scores[i].answers[0] - expected[3]);
            QVERIFY2(error < 0.15 * (highest - lowest), qPrintable(QString::number(error))); // a wrong feature is not
        }
    }

private:
    void addRows(const char* field = "last_logits")
    {
        QTest::addColumn<QString>("name");
        for (const auto& [name, reference] : m_references) {
            if (reference.values.contains(field))
                QTest::newRow(name.c_str()) << QString::fromStdString(name);
        }
    }

    [[nodiscard]] const Reference& reference() const
    {
        QFETCH(QString, name);
        return m_references.at(name.toStdString());
    }

    [[nodiscard]] std::shared_ptr<const LoadedModel> loaded(Precision precision) const
    {
        return load(reference().checkpoint, precision);
    }

    std::map<std::string, Reference> m_references;
};

QTEST_APPLESS_MAIN(TestFamilies)
#include "tst_families.moc"
