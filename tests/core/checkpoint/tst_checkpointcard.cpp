// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpointcard.h"
#include "core/checkpoint/devicememory.h"
#include "core/checkpoint/modelconfig.h"

#include <QTemporaryDir>
#include <QTest>

#include "tests/core/checkpoint/filebuilders.h"

using namespace driftscope;
using namespace driftscope::checkpoint;
using namespace driftscope::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// Stands in for the tokenizer: the length of each text; "none" in the path = there is no tokenizer.
Result<std::vector<std::vector<std::int64_t>>> lengths(const fs::path& path, const std::vector<std::string>& texts)
{
    if (path.string().find("none") != std::string::npos)
        return fail(ErrorCode::NotFound, "no tokenizer");
    if (path.string().find("broken") != std::string::npos)
        return fail(ErrorCode::BadMerge, "broken tokenizer");
    std::vector<std::vector<std::int64_t>> ids;
    for (const std::string& text : texts)
        ids.push_back({static_cast<std::int64_t>(text.size())});
    return ids;
}

Result<CheckpointCard> cardOf(const fs::path& path, std::vector<fs::path> adapters = {})
{
    return readCheckpointCard(path, {std::move(adapters), {}, lengths});
}

} // namespace

class CheckpointCardTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    fs::path path(const char* name) { return m_folder.filePath(QString::fromLatin1(name)).toStdString(); }
    fs::path llama() { return dataPath("checkpoints/llama"); }
    fs::path lora() { return dataPath("checkpoints/llama/adapters/lora-qv"); }

    /// The LoRA adapter with a changed config; its weights are optional.
    fs::path changedAdapter(const json& changes, bool hasWeights = true)
    {
        const fs::path folder = path("adapter");
        fs::remove_all(folder);
        fs::create_directory(folder);
        json config = json::parse(readAll(lora() / "adapter_config.json"));
        config.update(changes);
        writeAll(folder / "adapter_config.json", config.dump());
        if (hasWeights)
            writeAll(folder / "adapter_model.safetensors", readAll(lora() / "adapter_model.safetensors"));
        return folder;
    }

    static std::string readAll(const fs::path& file) { return driftscope::testing::readAll(file.string()); }

private slots:
    void folderTellsEverything()
    {
        const auto card = cardOf(llama(), {lora()});
        QVERIFY2(card, card ? "" : card.error().message.c_str());
        const json shown = toJson(*card);
        QVERIFY(shown["format"] == json("huggingface"));
        QVERIFY(shown["architecture"] == json("llama"));
        QVERIFY(shown["layers"] == json(2));
        QVERIFY(shown["hiddenSize"] == json(32));
        QVERIFY(shown["heads"] == json(4));
        QVERIFY(shown["keyValueHeads"] == json(2));
        QVERIFY(shown["headDim"] == json(8));
        QVERIFY(shown["vocabularySize"] == json(600));
        QVERIFY(shown["contextLength"] == json(512));
        QVERIFY(shown["dtype"] == json("float32"));
        QVERIFY(shown["tiedEmbeddings"] == json(false));
        QVERIFY(shown["bytes"] == json(fs::file_size(llama() / "model.safetensors")));
        QVERIFY(shown["answerTokens"] == json({{" Yes", {4}}, {" No", {3}}, {"Yes", {3}}, {"No", {2}}}));
        // two embeddings of 600 x 32; per layer 32 x (32 + 16 + 16 + 32) + 3 x 32 x 64 and two norms; the last norm
        QVERIFY(shown["parameters"] == json(2 * 600 * 32 + 2 * (32 * 96 + 3 * 32 * 64 + 64) + 32));
        QVERIFY(shown["adapters"][0]["kind"] == json("lora"));
        QVERIFY(shown["adapters"][0]["rank"] == json(4));
        QVERIFY(shown["adapters"][0]["targets"] == json({"q_proj", "v_proj"}));
        QVERIFY(shown["adapters"][0]["fits"] == json(true));
    }

    void ggufTellsTheSameFields()
    {
        const auto card = cardOf(dataPath("gguf/smollm2-Q4_1.gguf"));
        QVERIFY2(card, card ? "" : card.error().message.c_str());
        QCOMPARE(card->format, std::string("gguf"));
        QCOMPARE(card->dtype, std::optional<std::string>("Q4_1"));
        QVERIFY(card->memory.has_value());
        QCOMPARE(card->answerTokens.size(), std::size_t {4});
    }

    void singleFilesTellWhatTheyKnow()
    {
        const auto config = cardOf(llama() / "config.json");
        QVERIFY(config);
        QVERIFY(toJson(*config)["layers"] == json(2));
        QVERIFY(toJson(*config)["bytes"].is_null());
        QVERIFY(toJson(*config)["answerTokens"].is_null());
        const auto weights = cardOf(llama() / "model.safetensors");
        QVERIFY(weights);
        QCOMPARE(weights->dtype, std::optional<std::string>("F32"));
        QVERIFY(weights->parameters > 0);
        QVERIFY(toJson(*weights)["layers"].is_null());
        QVERIFY(toJson(*weights)["memory"].is_null());
        const auto tokenizer = cardOf(llama() / "tokenizer.json");
        QVERIFY(tokenizer);
        QCOMPARE(tokenizer->answerTokens.size(), std::size_t {4});
        for (const fs::path& adapter : {lora(), lora() / "adapter_config.json"}) {
            const auto card = cardOf(adapter);
            QVERIFY(card);
            QCOMPARE(card->adapters.size(), std::size_t {1});
            QVERIFY(!card->adapters.front().fits.has_value());
        }
    }

    void jsonFilesAreToldApartByTheirFields()
    {
        writeAll(path("some-tokenizer.json"), R"({"version":"1.0","added_tokens":[],"model":{}})");
        QCOMPARE(cardOf(path("some-tokenizer.json"))->answerTokens.size(), std::size_t {4});
        writeAll(path("broken-tokenizer.json"), R"({"version":"1.0","model":{}})");
        QCOMPARE(kindOf(cardOf(path("broken-tokenizer.json"))), std::string("bad-merge"));
        writeAll(path("anything.json"), R"({"hidden_size":3})");
        QCOMPARE(kindOf(cardOf(path("anything.json"))), std::string("missing-field"));
        writeAll(path("empty.json"), "");
        QCOMPARE(kindOf(cardOf(path("empty.json"))), std::string("bad-json"));
        writeAll(path("list.json"), "[1]");
        QCOMPARE(kindOf(cardOf(path("list.json"))), std::string("wrong-type"));
    }

    void missingTokenizerIsNoError()
    {
        fs::create_directory(path("none"));
        for (const char* file : {"config.json", "model.safetensors"})
            writeAll(path("none") / file, readAll(llama() / file));
        const auto card = cardOf(path("none"));
        QVERIFY(card);
        QVERIFY(toJson(*card)["answerTokens"].is_null());
    }

    void otherFilesAreRefused()
    {
        QCOMPARE(kindOf(cardOf(path("nowhere"))), std::string("not-found"));
        writeAll(path("model.bin"), "PK");
        QCOMPARE(kindOf(cardOf(path("model.bin"))), std::string("unsupported-format"));
        writeAll(path("picture.png"), "PNG");
        QCOMPARE(kindOf(cardOf(path("picture.png"))), std::string("unsupported-format"));
        writeAll(path("no-ending"), ggufHead(0, 0).content());
        QCOMPARE(kindOf(cardOf(path("no-ending"))), std::string("missing-field"));
    }

    void hugeSparseFileIsReadFromItsHeader()
    {
        const std::uint64_t bytes = std::uint64_t {1} << 34;
        const std::string header = R"({"w":{"dtype":"I8","shape":[)" + std::to_string(bytes) + R"(],"data_offsets":[0,)"
            + std::to_string(bytes) + "]}}";
        const std::string head = safetensors(header, "");
        writeAll(path("huge.safetensors"), head);
        fs::resize_file(path("huge.safetensors"), head.size() + bytes);
        const auto card = cardOf(path("huge.safetensors"));
        QVERIFY2(card, card ? "" : card.error().message.c_str());
        QCOMPARE(card->parameters, std::optional<std::int64_t>(static_cast<std::int64_t>(bytes)));
    }

    void adapterThatDoesNotFitSaysWhy_data()
    {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("changes");
        QTest::addColumn<QString>("why");
        QTest::newRow("fits") << "llama"
                              << "{}"
                              << "fit the base model";
        QTest::newRow("other base") << "llama3-rope"
                                    << "{}"
                                    << "lora_A of model.layers.0.self_attn.q_proj has the shape [4, 32]";
        QTest::newRow("other rank") << "llama"
                                    << R"({"r":8})"
                                    << "[8, 32]";
        QTest::newRow("pattern") << "llama"
                                 << R"({"rank_pattern":{"layers.1.self_attn.v_proj":2}})"
                                 << "[2, 32]";
        QTest::newRow("no such ending") << "llama"
                                        << R"({"rank_pattern":{"v_pro":2,"1.v_proj":2}})"
                                        << "fit the base model";
        QTest::newRow("other kind") << "llama"
                                    << R"({"peft_type":"IA3"})"
                                    << "IA3";
        QTest::newRow("prompt") << "llama"
                                << R"({"peft_type":"PROMPT_TUNING","num_virtual_tokens":8})"
                                << "prompt_embeddings";
    }

    void adapterThatDoesNotFitSaysWhy()
    {
        QFETCH(QString, base);
        QFETCH(QString, changes);
        QFETCH(QString, why);
        const fs::path adapter = changedAdapter(json::parse(changes.toStdString()));
        const auto card = cardOf(dataPath("checkpoints/" + base.toStdString()), {adapter});
        QVERIFY2(card, card ? "" : card.error().message.c_str());
        const AdapterCard& shown = card->adapters.at(0);
        QVERIFY2(shown.why.find(why.toStdString()) != std::string::npos, shown.why.c_str());
        QCOMPARE(shown.fits, std::optional<bool>(why.contains(QStringLiteral("fit the base"))));
    }

    void brokenAdapterIsAnError()
    {
        QCOMPARE(kindOf(cardOf(llama(), {path("nowhere")})), std::string("not-found"));
        QCOMPARE(kindOf(cardOf(llama(), {changedAdapter({{"r", "four"}})})), std::string("wrong-type"));
        QCOMPARE(kindOf(cardOf(llama(), {changedAdapter({{"r", 0}})})), std::string("bad-value"));
        QCOMPARE(kindOf(cardOf(llama(), {changedAdapter({{"peft_type", nullptr}})})), std::string("missing-field"));
        const fs::path noWeights = changedAdapter(json::object(), false);
        QCOMPARE(kindOf(cardOf(llama(), {noWeights})), std::string("not-found"));
        writeAll(noWeights / "adapter_model.bin", "PK");
        QCOMPARE(kindOf(cardOf(llama(), {noWeights})), std::string("unsupported-format"));
        writeAll(noWeights / "adapter_model.safetensors", "x");
        QCOMPARE(kindOf(cardOf(llama(), {noWeights})), std::string("truncated"));
    }

    void answerTokensThatSurpriseAreNamed()
    {
        const auto warningsOf = [](std::vector<std::int64_t> yes, std::vector<std::int64_t> no) {
            CheckpointCard card;
            card.answerTokens = {{" Yes", std::move(yes)}, {" No", std::move(no)}, {"Yes", {3}}, {"No", {4}}};
            return answerWarnings(card);
        };
        QVERIFY(warningsOf({1}, {2}).empty());
        QVERIFY(warningsOf({1, 5}, {1, 6}).front().find("begin with the same token") != std::string::npos);
        QVERIFY(warningsOf({1}, {2, 6}).front().find("1 and 2 tokens") != std::string::npos);
        QVERIFY(warningsOf({1}, {1}).front().find("are the same tokens") != std::string::npos);
        QVERIFY(warningsOf({}, {1}).front().find("no token") != std::string::npos);
        QVERIFY(warningsOf({3}, {4}).front().find("with and without a blank") != std::string::npos);
        QVERIFY(answerWarnings(CheckpointCard()).front().find("no tokenizer") != std::string::npos);
    }

    void aDeviceHoldsWhatIsFreeLessTheLibraries()
    {
        MemoryEstimate estimate;
        estimate.peakBytes = 1'000'000'000;
        DeviceMemory device {.name = "GPU", .isGpu = true, .totalBytes = 2'000'000'000, .freeBytes = 1'300'000'000};
        QVERIFY(device.holds(estimate));
        --device.freeBytes;
        QVERIFY(!device.holds(estimate));
        const MachineMemory machine = readMachineMemory();
        QCOMPARE(machine.devices.front().name, std::string("CPU"));
        QVERIFY(machine.devices.front().freeBytes > 0);
        QVERIFY(machine.devices.front().freeBytes <= machine.devices.front().totalBytes);
        QCOMPARE(machine.devices.size() == 1, !machine.whyNoGpu.empty());
    }

    void memoryFollowsItsFormula()
    {
        const auto config = parseModelConfig(readAll(llama() / "config.json"), "config.json");
        QVERIFY(config);
        const auto estimate =
            estimateMemory(*config, {.demonstrations = 4, .history = 10, .candidates = 20, .isHalfPrecision = false});
        QCOMPARE(estimate.prefixTokens, std::int64_t {40 + 4 * (80 + 8 + 16) + 80 + 8});
        QCOMPARE(estimate.suffixTokens, std::int64_t {16});
        QCOMPARE(estimate.weightsBytes, std::uint64_t {4 * (2 * 600 * 32 + 2 * (32 * 96 + 3 * 32 * 64 + 64) + 32)});
        QCOMPARE(estimate.keyValueBytes, std::uint64_t {2 * 2 * 2 * 8 * 4 * (544 + 320)});
        QVERIFY(estimate.peakBytes > estimate.weightsBytes + estimate.keyValueBytes);
        const auto half =
            estimateMemory(*config, {.demonstrations = 4, .history = 10, .candidates = 20, .isHalfPrecision = true});
        QCOMPARE(half.weightsBytes * 2, estimate.weightsBytes);
        const auto more =
            estimateMemory(*config, {.demonstrations = 8, .history = 10, .candidates = 20, .isHalfPrecision = false});
        QVERIFY(more.keyValueBytes > estimate.keyValueBytes);
    }
};

QTEST_APPLESS_MAIN(CheckpointCardTest)
#include "tst_checkpointcard.moc"
