// SPDX-License-Identifier: GPL-3.0-or-later
// How a checkpoint comes into memory: how much of it, when it can be stopped, and what happens when its files change.
#include "core/base/random.h"
#include "core/inference/llmscorer.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <fstream>
#include <string>
#include <thread>

using namespace driftscope;
using namespace driftscope::inference;
namespace fs = std::filesystem;

namespace {

using Prompts = std::vector<TokenizedPrompt>;

/// A figure of this process in bytes: "VmHWM" (most memory so far, mapped files included) or "VmRSS" (now).
std::int64_t memory(const std::string& name)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(name + ":"))
            return std::stoll(line.substr(name.size() + 1)) * 1024;
    }
    return 0;
}

/// Lets VmHWM begin anew at what is in use now.
bool resetPeak()
{
    std::ofstream refs("/proc/self/clear_refs");
    refs << "5";
    refs.close();
    return refs.good() && memory("VmHWM") < memory("VmRSS") + (8 << 20);
}

struct Shape {
    std::string name;
    std::vector<std::int64_t> sizes;
};

/// 83 million values: embeddings of 32,000 tokens, three layers of width 1,024.
std::vector<Shape> largeShapes()
{
    std::vector<Shape> shapes {{"model.embed_tokens.weight", {32'000, 1024}}};
    for (int i = 0; i < 3; ++i) {
        const std::string layer = "model.layers." + std::to_string(i) + ".";
        shapes.push_back({layer + "input_layernorm.weight", {1024}});
        shapes.push_back({layer + "mlp.down_proj.weight", {1024, 4096}});
        shapes.push_back({layer + "mlp.gate_proj.weight", {4096, 1024}});
        shapes.push_back({layer + "mlp.up_proj.weight", {4096, 1024}});
        shapes.push_back({layer + "post_attention_layernorm.weight", {1024}});
        for (const char* projection : {"k", "o", "q", "v"})
            shapes.push_back({layer + "self_attn." + projection + "_proj.weight", {1024, 1024}});
    }
    shapes.push_back({"model.norm.weight", {1024}});
    return shapes;
}

/// A checkpoint of zeros in a sparse file, so that it costs no time to write.
void writeLargeCheckpoint(const fs::path& folder, const std::string& dtype)
{
    const std::int64_t width = dtype == "F32" ? 4 : 2;
    nlohmann::json header;
    std::int64_t end = 0;
    for (const Shape& shape : largeShapes()) {
        std::int64_t bytes = width;
        for (const std::int64_t size : shape.sizes)
            bytes *= size;
        header[shape.name] = {{"dtype", dtype}, {"shape", shape.sizes}, {"data_offsets", {end, end + bytes}}};
        end += bytes;
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = text.size();
    std::ofstream file(folder / "model.safetensors", std::ios::binary);
    file.write(reinterpret_cast<const char*>(&length), sizeof length);
    file << text;
    file.close();
    fs::resize_file(folder / "model.safetensors", 8 + length + static_cast<std::uint64_t>(end));
    std::ofstream(folder / "config.json")
        << R"({"model_type":"llama","hidden_size":1024,"intermediate_size":4096,"num_hidden_layers":3,)"
           R"("num_attention_heads":16,"vocab_size":32000,"tie_word_embeddings":true,"rms_norm_eps":1e-5,)"
           R"("max_position_embeddings":512,"hidden_act":"silu","rope_theta":10000.0})";
}

fs::path tinyFolder()
{
    return fs::path(DRIFTSCOPE_TEST_DATA) / "checkpoints/llama";
}

std::shared_ptr<const checkpoint::Checkpoint> opened(const fs::path& path)
{
    const auto checkpoint = checkpoint::Checkpoint::open(path);
    return checkpoint ? *checkpoint : nullptr;
}

Result<std::shared_ptr<const LoadedModel>> loaded(const fs::path& path, bool mapsWeights,
                                                  Precision precision = Precision::Fp32, const JobContext& context = {})
{
    LoadOptions options;
    options.precision = precision;
    options.device = DeviceChoice::Cpu;
    options.mapsWeights = mapsWeights;
    return LoadedModel::load(opened(path), options, context);
}

Prompts somePrompts()
{
    RandomStream random(5, "streamed loading");
    const auto answers = std::make_shared<const AnswerTokens>(AnswerTokens {{{7}, {8}}});
    Prompts prompts;
    std::vector<TokenId> prefix(60);
    for (TokenId& token : prefix)
        token = static_cast<TokenId>(random.index(500));
    for (int i = 0; i < 12; ++i) {
        prompts.push_back({prefix, answers});
        for (std::size_t j = 0; j < 4 + random.index(10); ++j)
            prompts.back().tokens.push_back(static_cast<TokenId>(random.index(500)));
    }
    return prompts;
}

std::vector<double> scored(Scorer& scorer, const Prompts& prompts)
{
    std::vector<double> all;
    const auto scores = scorer.score(prompts, {}, {});
    for (std::size_t i = 0; scores && i < scores->size(); ++i)
        all.insert(all.end(), scores->at(i).answers.begin(), scores->at(i).answers.end());
    return all;
}

} // namespace

class TestStreamedLoading : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    fs::path copyOfTiny(const char* name)
    {
        const fs::path folder = fs::path(m_folder.path().toStdString()) / name;
        fs::create_directory(folder);
        for (const char* file : {"config.json", "model.safetensors"})
            fs::copy_file(tinyFolder() / file, folder / file, fs::copy_options::overwrite_existing);
        return folder;
    }

private slots:
    void memoryIsTheWeightsAndLittleMore_data()
    {
        QTest::addColumn<QString>("stored");
        QTest::addColumn<bool>("isBf16");
        QTest::addColumn<bool>("mapsWeights");
        QTest::newRow("fp32 where it is") << "F32" << false << true;
        QTest::newRow("fp32 copied") << "F32" << false << false;
        QTest::newRow("fp32 rounded to bf16") << "F32" << true << true;
        QTest::newRow("bf16 where it is") << "BF16" << true << true;
        QTest::newRow("bf16 widened") << "BF16" << false << true;
    }

    void memoryIsTheWeightsAndLittleMore()
    {
        QFETCH(QString, stored);
        QFETCH(bool, isBf16);
        QFETCH(bool, mapsWeights);
        const QTemporaryDir folder;
        writeLargeCheckpoint(folder.path().toStdString(), stored.toStdString());
        QVERIFY(loaded(tinyFolder(), false)); // libtorch's own memory is not counted
        if (!resetPeak())
            QSKIP("this system does not tell the most memory that a program had");
        const std::int64_t before = memory("VmHWM");
        const auto model = loaded(folder.path().toStdString(), mapsWeights, isBf16 ? Precision::Bf16 : Precision::Fp32);
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        const std::int64_t taken = memory("VmHWM") - before;
        const std::int64_t weights = (*model)->weightBytes();
        qInfo("weights %lld MB, at most %lld MB taken while loading", static_cast<long long>(weights / 1'000'000),
              static_cast<long long>(taken / 1'000'000));
        QVERIFY(weights > 83'000'000 * (isBf16 ? 2 : 4));
        QVERIFY(taken <= weights + weights / 10);
    }

    void progressMovesInsideALargeTensorAndStopIsHonouredThere()
    {
        const QTemporaryDir folder;
        writeLargeCheckpoint(folder.path().toStdString(), "F32");
        for (const bool mapsWeights : {true, false}) {
            std::stop_source source;
            JobContext context;
            context.stop = source.get_token();
            std::int64_t done = 0;
            std::int64_t largestStep = 0;
            context.report = [&](const Progress& progress) {
                largestStep = std::max(largestStep, progress.done - done);
                done = progress.done;
                if (done > 20'000'000) // of the 131 MB of the embeddings
                    source.request_stop();
            };
            const auto model = loaded(folder.path().toStdString(), mapsWeights, Precision::Fp32, context);
            QVERIFY(!model);
            QCOMPARE(model.error().code, ErrorCode::Cancelled);
            QVERIFY(largestStep <= 9'000'000);
            QVERIFY(done < 30'000'000);
        }
    }

    void mappedAndCopiedWeightsScoreTheSame()
    {
        const auto mapped = loaded(tinyFolder(), true);
        const auto copied = loaded(tinyFolder(), false);
        QVERIFY(mapped && copied);
        QCOMPARE((*mapped)->weightBytes(), (*copied)->weightBytes());
        const Prompts prompts = somePrompts();
        const auto expected = scored(*makeScorer(*copied), prompts);
        QCOMPARE(expected.size(), std::size_t {24});
        const auto given = scored(*makeScorer(*mapped), prompts);
        QCOMPARE(given.size(), expected.size());
        for (std::size_t i = 0; i < given.size(); ++i)
            QVERIFY(std::abs(given[i] - expected[i]) < 1e-5); // kernels may differ with the alignment
    }

    void fileThatChangesUnderTheWeightsEndsTheirScores_data()
    {
        QTest::addColumn<bool>("mapsWeights");
        QTest::newRow("mapped") << true;
        QTest::newRow("copied") << false;
    }

    void fileThatChangesUnderTheWeightsEndsTheirScores()
    {
        QFETCH(bool, mapsWeights);
        const Prompts prompts = somePrompts();
        const auto code = [&](const char* name, const auto& change) -> std::optional<ErrorCode> {
            const fs::path folder = copyOfTiny(name);
            const auto model = loaded(folder, mapsWeights);
            const auto scorer = makeScorer(*model);
            if (scored(*scorer, prompts).empty())
                return ErrorCode::Internal;
            change(folder / "model.safetensors");
            const auto scores = scorer->score(prompts, {}, {});
            return scores ? std::nullopt : std::optional(scores.error().code);
        };
        const auto cut = code("cut", [](const fs::path& file) { fs::resize_file(file, 5000); });
        const auto written = code("written", [](const fs::path& file) {
            std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp(90'000) << "changed";
            fs::last_write_time(file, fs::file_time_type::clock::now() + std::chrono::seconds(5)); // coarse clocks
        });
        const auto replaced = code("replaced", [](const fs::path& file) {
            fs::copy_file(tinyFolder() / "config.json", file.parent_path() / "other");
            fs::rename(file.parent_path() / "other", file);
        });
        const auto removed = code("removed", [](const fs::path& file) { fs::remove(file); });
        QCOMPARE(cut, mapsWeights ? std::optional(ErrorCode::Truncated) : std::nullopt);
        QCOMPARE(written, mapsWeights ? std::optional(ErrorCode::Inconsistent) : std::nullopt);
        QCOMPARE(replaced, std::nullopt);
        QCOMPARE(removed, std::nullopt);
    }

    void fileThatIsCutWhileItIsLoadedIsAnError()
    {
        RandomStream random(11, "cut while loading");
        for (int round = 0; round < 40; ++round) {
            const fs::path folder = copyOfTiny("cut-while-loading");
            const auto cutAt = static_cast<std::int64_t>(random.index(227'000));
            const auto length = static_cast<std::uintmax_t>(random.index(220'000));
            bool isCut = false;
            JobContext context;
            context.report = [&](const Progress& progress) {
                if (!isCut && progress.done >= cutAt)
                    fs::resize_file(folder / "model.safetensors", length);
                isCut = isCut || progress.done >= cutAt;
            };
            const auto model =
                loaded(folder, round % 2 == 0, round % 3 == 0 ? Precision::Bf16 : Precision::Fp32, context);
            QVERIFY(isCut && !model);
            QCOMPARE(model.error().code, ErrorCode::Truncated);
        }
    }

    void hundredStopsWhileLoadingLeaveNothing()
    {
        RandomStream random(3, "stops while loading");
        const auto checkpoint = opened(tinyFolder());
        std::int64_t total = 0;
        for (const auto& tensor : checkpoint->tensors())
            total += static_cast<std::int64_t>(tensor.bytes);
        for (int round = 0; round < 100; ++round) {
            const auto moment = static_cast<std::int64_t>(random.index(static_cast<std::size_t>(total) - 200));
            std::stop_source source;
            JobContext context;
            context.stop = source.get_token();
            context.report = [&](const Progress& progress) {
                if (progress.done >= moment)
                    source.request_stop();
            };
            LoadOptions options;
            options.precision = round % 2 == 0 ? Precision::Fp32 : Precision::Bf16;
            options.device = DeviceChoice::Cpu;
            options.mapsWeights = round % 3 != 0;
            const auto model = LoadedModel::load(checkpoint, options, context);
            QVERIFY(!model);
            QCOMPARE(model.error().code, ErrorCode::Cancelled);
            QCOMPARE(checkpoint.use_count(), 1L); // no tensor keeps the mapping
        }
        QVERIFY(LoadedModel::load(checkpoint, {.device = DeviceChoice::Cpu}, {}));
    }

    void hundredStopsWhileScoringKeepTheNumbersRight()
    {
        const auto model = loaded(tinyFolder(), true);
        QVERIFY(model.has_value());
        const Prompts prompts = somePrompts();
        const auto scorer = makeScorer(*model, {.batchTokens = 70});
        const auto expected = scored(*scorer, prompts);
        QCOMPARE(expected.size(), std::size_t {24});
        const auto begin = std::chrono::steady_clock::now();
        QVERIFY(scored(*scorer, prompts) == expected);
        const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - begin;
        RandomStream random(17, "stops while scoring");
        for (int round = 0; round < 100; ++round) {
            std::stop_source source;
            JobContext context;
            context.stop = source.get_token();
            const auto moment = whole * (static_cast<double>(random.index(1000)) / 1000);
            Result<std::vector<PromptScore>> scores;
            {
                const auto start = std::chrono::steady_clock::now();
                const std::jthread stopper([&] {
                    while (std::chrono::steady_clock::now() - start < moment)
                        std::this_thread::yield();
                    source.request_stop();
                });
                scores = scorer->score(prompts, {}, context);
            }
            QVERIFY(scores || scores.error().code == ErrorCode::Cancelled);
            for (std::size_t i = 0; scores && i < scores->size(); ++i)
                QCOMPARE(scores->at(i).answers[0], expected[2 * i]);
        }
        QVERIFY(scored(*scorer, prompts) == expected);
    }

    void twoSessionsInTwoThreadsGiveTheSame()
    {
        const auto model = loaded(tinyFolder(), true);
        QVERIFY(model.has_value());
        const Prompts prompts = somePrompts();
        const auto expected = scored(*makeScorer(*model), prompts);
        std::array<int, 2> same {};
        {
            std::vector<std::jthread> threads;
            for (int& count : same)
                threads.emplace_back([&] {
                    const auto scorer = makeScorer(*model);
                    for (int round = 0; round < 10; ++round)
                        count += scored(*scorer, prompts) == expected ? 1 : 0;
                });
        }
        QCOMPARE(same[0], 10);
        QCOMPARE(same[1], 10);
    }

    // The tensors of one file in two, as large checkpoints come.
    void shardsScoreAsTheWhole()
    {
        const fs::path folder = copyOfTiny("shards");
        splitInTwo(folder);
        const auto whole = loaded(tinyFolder(), true);
        const auto shards = loaded(folder, true);
        QVERIFY2(shards, shards ? "" : shards.error().message.c_str());
        const Prompts prompts = somePrompts();
        const auto expected = scored(*makeScorer(*whole), prompts);
        const auto given = scored(*makeScorer(*shards), prompts);
        QCOMPARE(given.size(), expected.size());
        for (std::size_t i = 0; i < given.size(); ++i)
            QVERIFY(std::abs(given[i] - expected[i]) < 1e-5);
        fs::remove(folder / "model-00002-of-00002.safetensors");
        const auto missing = checkpoint::Checkpoint::open(folder);
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        QVERIFY(missing.error().message.find("model-00002-of-00002") != std::string::npos);
    }

private:
    static void splitInTwo(const fs::path& folder)
    {
        std::ifstream file(folder / "model.safetensors", std::ios::binary);
        std::uint64_t length = 0;
        file.read(reinterpret_cast<char*>(&length), sizeof length);
        std::string text(length, ' ');
        file.read(text.data(), static_cast<std::streamsize>(length));
        const std::string data((std::istreambuf_iterator<char>(file)), {});
        auto header = nlohmann::json::parse(text);
        header.erase("__metadata__");
        nlohmann::json index;
        std::array<nlohmann::json, 2> headers;
        std::array<std::string, 2> parts;
        std::size_t number = 0;
        for (const auto& [name, entry] : header.items()) {
            const std::size_t part = number++ % 2;
            const std::size_t begin = entry["data_offsets"][0];
            const std::size_t end = entry["data_offsets"][1];
            headers[part][name] = entry;
            headers[part][name]["data_offsets"] = {parts[part].size(), parts[part].size() + end - begin};
            parts[part] += data.substr(begin, end - begin);
            index["weight_map"][name] = "model-0000" + std::to_string(part + 1) + "-of-00002.safetensors";
        }
        for (std::size_t part = 0; part < 2; ++part) {
            std::string head = headers[part].dump();
            head.resize((head.size() + 7) / 8 * 8, ' ');
            const std::uint64_t headLength = head.size();
            std::ofstream out(folder / ("model-0000" + std::to_string(part + 1) + "-of-00002.safetensors"),
                              std::ios::binary);
            out.write(reinterpret_cast<const char*>(&headLength), sizeof headLength);
            out << head << parts[part];
        }
        std::ofstream(folder / "model.safetensors.index.json") << index.dump();
        fs::remove(folder / "model.safetensors");
    }
};

QTEST_APPLESS_MAIN(TestStreamedLoading)
#include "tst_streamedloading.moc"
