// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/base/textfile.h"
#include "core/inference/llmscorer.h"

#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

using namespace driftscope;
using namespace driftscope::inference;
namespace fs = std::filesystem;

namespace {

using nlohmann::json;
using Model = std::shared_ptr<const LoadedModel>;

fs::path data(const std::string& relative)
{
    return fs::path(DRIFTSCOPE_TEST_DATA) / relative;
}

json readJson(const fs::path& path)
{
    std::ifstream file(path);
    return json::parse(file, nullptr, false);
}

Result<Model> tryLoad(const std::string& base, const std::vector<AdapterChoice>& adapters = {}, bool merges = false,
                      Precision precision = Precision::Fp32)
{
    const auto checkpoint = checkpoint::Checkpoint::open(data(base));
    if (!checkpoint)
        return failFrom(checkpoint);
    LoadOptions options;
    options.precision = precision;
    options.device = DeviceChoice::Cpu;
    options.adapters = adapters;
    options.mergeAdapters = merges;
    return LoadedModel::load(*checkpoint, options, {});
}

Model load(const std::string& base, const std::vector<AdapterChoice>& adapters = {}, bool merges = false,
           Precision precision = Precision::Fp32)
{
    auto model = tryLoad(base, adapters, merges, precision);
    if (!model)
        qWarning("%s", model.error().message.c_str());
    return model ? *model : nullptr;
}

std::shared_ptr<const AnswerTokens> answers()
{
    return std::make_shared<const AnswerTokens>(AnswerTokens {{{302}, {290}}});
}

std::vector<float> lastLogits(Scorer& scorer, const std::vector<TokenId>& ids, const ScoreOptions& given = {})
{
    const std::vector<TokenizedPrompt> prompts {{ids, answers()}};
    ScoreOptions options = given;
    options.fullLogits = true;
    auto scores = scorer.score(prompts, options, {});
    if (!scores)
        qWarning("%s", scores.error().message.c_str());
    return scores ? scores->front().logits : std::vector<float> {};
}

std::vector<float> lastLogits(const Model& model, const std::vector<TokenId>& ids)
{
    return lastLogits(*makeScorer(model), ids);
}

double largestDifference(const std::vector<float>& a, const std::vector<float>& b)
{
    double largest = a.size() == b.size() && !a.empty() ? 0 : INFINITY;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        largest = std::max(largest, std::abs(double(a[i]) - double(b[i])));
    return largest;
}

/// Inputs with the logits after them, as reference files of both kinds have them.
struct Expected {
    std::vector<TokenId> ids;
    std::vector<float> logits;
};

std::vector<Expected> expectedOf(const fs::path& folder)
{
    const json reference = readJson(folder / "reference.json");
    std::vector<Expected> expected;
    for (std::size_t i = 0; i < reference["inputs"].size(); ++i) {
        const json& input = reference["inputs"][i];
        expected.push_back({(input.is_array() ? input : input["ids"]).get<std::vector<TokenId>>(),
                            reference["last_logits"][i].get<std::vector<float>>()});
    }
    return expected;
}

const std::string llama = "checkpoints/llama";
const std::string smollm = "checkpoints/smollm2-like";

AdapterChoice choice(const std::string& folder, double weight = 1)
{
    return {data(folder), fs::path(folder).filename().string(), weight};
}

std::string kindOf(const Result<Model>& model)
{
    return model ? "ok" : std::string(errorName(model.error().code));
}

std::vector<TokenizedPrompt> rankingQuery(std::size_t prefix, std::size_t candidates)
{
    RandomStream random(7, "adapter test");
    std::vector<TokenId> start(prefix);
    for (TokenId& token : start)
        token = static_cast<TokenId>(random.index(500));
    std::vector<TokenizedPrompt> prompts;
    for (std::size_t i = 0; i < candidates; ++i) {
        prompts.push_back({start, answers()});
        for (std::size_t j = 0; j < 3 + i % 5; ++j)
            prompts.back().tokens.push_back(static_cast<TokenId>(random.index(500)));
    }
    return prompts;
}

} // namespace

class TestAdapters : public QObject
{
    Q_OBJECT

private slots:
    // reference.json: peft on the same base in fp32; see tests/data/adapters/make_references.py.
    void logitsAreThoseOfPeft_data()
    {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QStringList>("adapters");
        QTest::addColumn<QString>("reference");
        const auto row = [](const std::string& base, const std::string& adapter) {
            QTest::addRow("%s %s", base.c_str(), adapter.c_str())
                << QString::fromStdString("checkpoints/" + base) << QStringList {QString::fromStdString(adapter)}
                << QString::fromStdString(adapter);
        };
        for (const char* name : {"lora-qv", "lora-all-rs", "prompt-tuning"})
            row("llama", std::string("checkpoints/llama/adapters/") + name);
        row("qwen2", "checkpoints/qwen2/adapters/lora-all-rs");
        row("qwen2", "adapters/bias");
        row("smollm2-like", "checkpoints/smollm2-like/adapters/lora-all-rs");
        for (const char* name : {"embedding", "embedding-dora", "saved-embedding"})
            row("smollm2-like", std::string("adapters/") + name);
        for (const char* name : {"dora", "dora-second", "second", "head", "saved", "layer-regex", "layers",
                                 "all-linear", "lora-bias", "p-tuning"})
            row("llama", std::string("adapters/") + name);
        QTest::newRow("two") << "checkpoints/llama" << QStringList {"adapters/layers", "adapters/second"}
                             << "adapters/two";
        QTest::newRow("two DoRA") << "checkpoints/llama" << QStringList {"adapters/dora", "adapters/dora-second"}
                                  << "adapters/two-dora";
    }

    void logitsAreThoseOfPeft()
    {
        QFETCH(QString, base);
        QFETCH(QStringList, adapters);
        QFETCH(QString, reference);
        std::vector<AdapterChoice> choices;
        for (const QString& folder : adapters)
            choices.push_back(choice(folder.toStdString()));
        for (const bool merges : {false, true}) {
            const Model model = load(base.toStdString(), choices, merges);
            QVERIFY(model != nullptr);
            QCOMPARE(model->adapterNames().size(), merges ? std::size_t {0} : choices.size());
            for (const Expected& expected : expectedOf(data(reference.toStdString()))) {
                const double difference = largestDifference(lastLogits(model, expected.ids), expected.logits);
                QVERIFY2(difference <= 1e-4 * std::max(1.0, double(expected.logits.front())),
                         qPrintable(QStringLiteral("merged %1: %2").arg(merges).arg(difference)));
            }
        }
    }

    void switchingOffGivesTheBaseBitForBit()
    {
        const Model base = load(llama);
        const auto adapted = base->withAdapters({choice("adapters/dora"), choice("adapters/saved")}, {});
        QVERIFY(adapted.has_value());
        QVERIFY((*adapted)->weightBytes() < base->weightBytes() * 2);
        const std::vector<TokenId> ids {1, 5, 9, 300, 17};
        const auto plain = lastLogits(base, ids);
        const auto scorer = makeScorer(*adapted);
        const auto off = ScoreOptions {.adapters = std::vector<std::string> {}};
        const auto on = lastLogits(*scorer, ids);
        QVERIFY(largestDifference(on, plain) > 1e-2);
        QCOMPARE(lastLogits(*scorer, ids, off), plain);
        QCOMPARE(lastLogits(*scorer, ids), on);
        QCOMPARE(lastLogits(base, ids), plain); // the base does not know of it
        const auto one = makeScorer(*adapted, {.adapters = std::vector<std::string> {"dora"}});
        const auto alone = lastLogits(load(llama, {choice("adapters/dora")}), ids);
        QCOMPARE(lastLogits(*one, ids), alone);
    }

    void whatIsKeptOfPromptsBelongsToItsAdapters()
    {
        const Model model = load(llama, {choice("adapters/dora")});
        const auto scorer = makeScorer(model, {.cacheBytes = 100'000'000});
        const auto prompts = rankingQuery(120, 4);
        const auto first = scorer->score(prompts, {}, {});
        const auto off = scorer->score(prompts, {.adapters = std::vector<std::string> {}}, {});
        const auto again = scorer->score(prompts, {}, {});
        const auto plain = makeScorer(load(llama))->score(prompts, {}, {});
        QVERIFY(first && off && again && plain);
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            QVERIFY(std::abs((*first)[i].answers[0] - (*again)[i].answers[0]) < 1e-4);
            QVERIFY(std::abs((*off)[i].answers[0] - (*plain)[i].answers[0]) < 1e-4);
        }
    }

    void sharedPrefixesGiveTheSameScores_data()
    {
        QTest::addColumn<QString>("adapter");
        for (const char* name : {"adapters/dora", "adapters/head", "adapters/p-tuning", "adapters/lora-bias"})
            QTest::newRow(name) << name;
    }

    void sharedPrefixesGiveTheSameScores()
    {
        QFETCH(QString, adapter);
        const Model model = load(llama, {choice(adapter.toStdString())});
        const auto prompts = rankingQuery(110, 12);
        const auto shared = makeScorer(model)->score(prompts, {}, {});
        const auto alone = makeScorer(model, {.sharePrefixes = false});
        QVERIFY(shared.has_value());
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            const auto one = alone->score({&prompts[i], 1}, {}, {});
            QVERIFY(one.has_value());
            QVERIFY(std::abs((*shared)[i].answers[0] - (*one)[0].answers[0]) < 1e-4);
        }
    }

    void virtualTokensCountAgainstTheContext()
    {
        const Model model = load(llama, {choice("adapters/p-tuning")});
        const auto scorer = makeScorer(model);
        const std::int64_t room = model->config().contextLength - 5;
        QCOMPARE(scorer->contextLength(), room);
        const auto longest = static_cast<std::size_t>(room);
        const std::vector<TokenizedPrompt> fits {{std::vector<TokenId>(longest, 3), answers()}};
        QVERIFY(scorer->score(fits, {}, {}).has_value());
        const std::vector<TokenizedPrompt> tooLong {{std::vector<TokenId>(longest + 1, 3), answers()}};
        const auto refused = scorer->score(tooLong, {}, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::ContextTooLong);
        const std::vector<TokenizedPrompt> outside {
            {{static_cast<TokenId>(model->config().vocabularySize)}, answers()}};
        const auto unknown = scorer->score(outside, {}, {}); // ids of virtual tokens are not for callers
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::BadArgument);
    }

    void weightsScaleTheChange()
    {
        const std::vector<TokenId> ids {1, 5, 9, 300, 17};
        const auto plain = lastLogits(load(llama), ids);
        QVERIFY(largestDifference(lastLogits(load(llama, {choice("adapters/second", 0)}), ids), plain) < 1e-6);
        const auto half = load(llama, {choice("adapters/second", 0.5)});
        const auto halfMerged = load(llama, {choice("adapters/second", 0.5)}, true);
        QVERIFY(largestDifference(lastLogits(half, ids), plain) > 1e-3);
        QVERIFY(largestDifference(lastLogits(half, ids), lastLogits(halfMerged, ids)) < 1e-4);
    }

    // Names of GGUF files are those of Hugging Face once they are read, and rows of q and k stand in its order.
    void ggufBasesTakeAdapters()
    {
        const std::vector<TokenId> ids {1, 5, 9, 300, 17};
        const std::vector<AdapterChoice> adapters {choice("checkpoints/llama/adapters/lora-all-rs")};
        const auto base = tryLoad("gguf/llama-F16.gguf");
        QVERIFY(base.has_value());
        const Model apart = load("gguf/llama-F16.gguf", adapters);
        const Model merged = load("gguf/llama-F16.gguf", adapters, true);
        QVERIFY(apart && merged);
        QVERIFY(largestDifference(lastLogits(apart, ids), lastLogits(*base, ids)) > 1e-2);
        QVERIFY(largestDifference(lastLogits(apart, ids), lastLogits(merged, ids)) < 1e-4);
    }

    void bf16StaysNear()
    {
        const std::vector<AdapterChoice> adapters {choice("adapters/dora")};
        const Expected expected = expectedOf(data("adapters/dora")).front();
        for (const bool merges : {false, true}) {
            const Model model = load(llama, adapters, merges, Precision::Bf16);
            QVERIFY(largestDifference(lastLogits(model, expected.ids), expected.logits) < 0.25);
        }
    }

    void misfitsAreListed()
    {
        const auto other = tryLoad(smollm, {choice("adapters/dora")});
        QVERIFY(!other);
        QCOMPARE(other.error().code, ErrorCode::Inconsistent);
        QVERIFY2(other.error().message.find("and 2") != std::string::npos, other.error().message.c_str());
        QVERIFY2(other.error().message.find("lora_A of model.layers.0.mlp.down_proj") != std::string::npos,
                 other.error().message.c_str());
    }

    void whatCannotBeUsedIsRefused()
    {
        QTemporaryDir folder;
        const fs::path changed = folder.filePath("ia3").toStdString();
        fs::create_directories(changed);
        fs::copy_file(data("adapters/layers/adapter_model.safetensors"), changed / "adapter_model.safetensors");
        std::ofstream(changed / "adapter_config.json") << R"({"peft_type":"IA3"})";
        QCOMPARE(kindOf(tryLoad(llama, {{changed}})), std::string("unsupported-format"));
        QCOMPARE(kindOf(tryLoad(llama, {{folder.filePath("nowhere").toStdString()}})), std::string("not-found"));
        QCOMPARE(kindOf(tryLoad(llama, {choice("adapters/layers"), choice("adapters/layers")})),
                 std::string("bad-argument"));
        QCOMPARE(kindOf(tryLoad(llama, {choice("adapters/p-tuning", 0.5)})), std::string("bad-argument"));
        QCOMPARE(kindOf(tryLoad(
                     llama, {choice("adapters/p-tuning"), choice("checkpoints/llama/adapters/prompt-tuning")}, true)),
                 std::string("bad-argument"));
        QCOMPARE(kindOf(tryLoad(llama, {choice("adapters/saved"), choice("adapters/head")}, true)),
                 std::string("bad-argument"));
        std::ofstream(changed / "adapter_config.json") << R"({"peft_type":"LORA","target_modules":"*q_proj"})";
        QCOMPARE(kindOf(tryLoad(llama, {{changed}})), std::string("bad-regex"));
    }

    void setsThatCannotBeActiveAreRefused()
    {
        const Model model =
            load(llama, {choice("adapters/p-tuning"), choice("checkpoints/llama/adapters/prompt-tuning")});
        QVERIFY(model != nullptr);
        const std::vector<TokenizedPrompt> prompts {{{1, 2, 3}, answers()}};
        const auto both = makeScorer(model)->score(prompts, {}, {});
        QVERIFY(!both);
        QCOMPARE(both.error().code, ErrorCode::BadArgument);
        const auto scorer = makeScorer(model, {.adapters = std::vector<std::string> {"p-tuning"}});
        QVERIFY(scorer->score(prompts, {}, {}).has_value());
        const auto unknown = scorer->score(prompts, {.adapters = std::vector<std::string> {"other"}}, {});
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::UnknownName);
        QVERIFY(unknown.error().message.find("prompt-tuning") != std::string::npos);
        QVERIFY(scorer->score(prompts, {}, {}).has_value());
    }

    void loadingStops()
    {
        const Model base = load(llama);
        std::stop_source source;
        source.request_stop();
        JobContext context;
        context.stop = source.get_token();
        const auto stopped = base->withAdapters({choice("adapters/dora")}, context);
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestAdapters)
#include "tst_adapters.moc"
