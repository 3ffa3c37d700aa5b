// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/gguf.h"
#include "core/checkpoint/mappedfile.h"
#include "core/checkpoint/tensorplan.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

#include "tests/core/checkpoint/filebuilders.h"

using namespace driftscope;
using namespace driftscope::checkpoint;
using namespace driftscope::testing;
namespace fs = std::filesystem;

namespace {

void copyFile(const fs::path& from, const fs::path& to)
{
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
    fs::permissions(to, fs::perms::owner_write, fs::perm_options::add);
}

std::vector<float> readValues(const Checkpoint& checkpoint, std::string_view name)
{
    const TensorEntry* tensor = checkpoint.find(name);
    if (!tensor)
        return {};
    std::vector<float> values(static_cast<std::size_t>(tensor->valueCount()));
    return checkpoint.read(*tensor, values) ? values : std::vector<float> {};
}

} // namespace

class CheckpointTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    fs::path path(const char* name) { return m_folder.filePath(QString::fromLatin1(name)).toStdString(); }

private slots:
    void huggingFaceFoldersOpen_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"llama", "llama3-rope", "smollm2-like"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }

    void huggingFaceFoldersOpen()
    {
        QFETCH(QString, name);
        const auto opened = Checkpoint::open(dataPath("checkpoints/" + name.toStdString()));
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        const Checkpoint& checkpoint = **opened;
        QVERIFY(checkpoint.format() == Checkpoint::Format::HuggingFace);
        QCOMPARE(checkpoint.find("lm_head.weight") == nullptr, checkpoint.config().tiedEmbeddings);
        QVERIFY(!checkpoint.find("nothing"));
        QCOMPARE(checkpoint.files().size(), std::size_t {2});
        for (const TensorEntry& tensor : checkpoint.tensors()) {
            QCOMPARE(readValues(checkpoint, tensor.name).size(), static_cast<std::size_t>(tensor.valueCount()));
            QVERIFY(checkpoint.raw(tensor));
        }
    }

    void ggufTellsTheConfig()
    {
        const auto opened = Checkpoint::open(dataPath("gguf/llama3rope-Q8_0.gguf"));
        QVERIFY(opened);
        const ModelConfig& config = (*opened)->config();
        QVERIFY((*opened)->format() == Checkpoint::Format::Gguf);
        QCOMPARE(config.architecture, std::string("llama"));
        QCOMPARE(config.vocabularySize, std::int64_t {340});
        QCOMPARE(config.heads, std::int64_t {2});
        QCOMPARE(config.keyValueHeads, std::int64_t {1});
        QCOMPARE(config.headDim, std::int64_t {16});
        QCOMPARE(config.rope.theta, 500'000.0);
        QCOMPARE(config.rope.frequencyDivisors.size(), std::size_t {8});
        QCOMPARE(config.rope.frequencyDivisors.front(), 1.0F); // the fastest pair is kept
        QCOMPARE(config.tiedEmbeddings, true);
        QCOMPARE(config.dtype, std::string("Q8_0"));
        QCOMPARE(config.beginTokens, std::vector<std::int64_t> {335});
        const auto qwen = Checkpoint::open(dataPath("gguf/qwen3-Q8_0.gguf"));
        QVERIFY(qwen);
        QVERIFY((*qwen)->config().queryKeyNorm);
        QCOMPARE((*qwen)->config().headDim, std::int64_t {16});
    }

    void interleavedRowsOfLlamaGgufArePutBack()
    {
        const std::string file = dataPath("gguf/llama-F16.gguf");
        const auto gguf = GgufFile::open(file);
        const auto opened = Checkpoint::open(file);
        QVERIFY(gguf && opened);
        const auto stored = std::ranges::find(gguf->tensors, "blk.1.attn_k.weight", &TensorEntry::name);
        QVERIFY(stored != gguf->tensors.end());
        std::vector<float> file1(static_cast<std::size_t>(stored->valueCount()));
        QVERIFY(dequantize(stored->type, *gguf->file->range(stored->offset, stored->bytes), file1));
        const auto values = readValues(**opened, "model.layers.1.self_attn.k_proj.weight");
        QCOMPARE(values.size(), file1.size());
        const auto headDim = static_cast<std::size_t>((*opened)->config().headDim);
        const auto columns = static_cast<std::size_t>((*opened)->config().hiddenSize);
        const std::size_t half = headDim / 2;
        for (std::size_t head = 0; head < values.size() / columns / headDim; ++head)
            for (std::size_t pair = 0; pair < half; ++pair)
                for (std::size_t part = 0; part < 2; ++part)
                    for (std::size_t column = 0; column < columns; ++column)
                        QCOMPARE(values[(head * headDim + part * half + pair) * columns + column],
                                 file1[(head * headDim + 2 * pair + part) * columns + column]);
        QCOMPARE(kindOf((*opened)->raw(*(*opened)->find("model.layers.1.self_attn.k_proj.weight"))),
                 std::string("unsupported-format"));
        QVERIFY((*opened)->raw(*(*opened)->find("model.layers.1.self_attn.v_proj.weight")));
    }

    void rowsOfOtherFamiliesStayWhereTheyAre()
    {
        const auto opened = Checkpoint::open(dataPath("gguf/qwen3-Q8_0.gguf"));
        QVERIFY(opened);
        QVERIFY((*opened)->raw(*(*opened)->find("model.layers.0.self_attn.q_proj.weight")));
    }

    void quantisedAndPlainFilesHoldTheSameWeights()
    {
        const auto plain = Checkpoint::open(dataPath("gguf/llama-F16.gguf"));
        const auto quantised = Checkpoint::open(dataPath("gguf/llama-Q8_0.gguf"));
        QVERIFY(plain && quantised);
        for (const TensorEntry& tensor : (*plain)->tensors()) {
            const auto a = readValues(**plain, tensor.name);
            const auto b = readValues(**quantised, tensor.name);
            QCOMPARE(a.size(), b.size());
            const auto largest =
                std::abs(*std::ranges::max_element(a, {}, [](float value) { return std::abs(value); }));
            for (std::size_t i = 0; i < a.size(); ++i)
                QVERIFY(std::abs(a[i] - b[i]) <= largest / 200);
        }
    }

    void folderWithOneGgufIsThatFile()
    {
        const fs::path folder = path("gguf-folder");
        fs::create_directory(folder);
        QCOMPARE(kindOf(Checkpoint::open(folder)), std::string("not-found"));
        copyFile(dataPath("gguf/llama-Q4_0.gguf"), folder / "a.gguf");
        QVERIFY(Checkpoint::open(folder));
        copyFile(dataPath("gguf/llama-Q4_0.gguf"), folder / "b.gguf");
        QCOMPARE(kindOf(Checkpoint::open(folder)), std::string("inconsistent"));
    }

    void missingAndMisshapenTensorsAreNamed()
    {
        const fs::path folder = path("changed");
        fs::create_directory(folder);
        copyFile(dataPath("checkpoints/llama/model.safetensors"), folder / "model.safetensors");
        auto config = nlohmann::json::parse(readAll(dataPath("checkpoints/llama/config.json")));
        config["num_hidden_layers"] = 3;
        writeAll(folder / "config.json", config.dump());
        auto opened = Checkpoint::open(folder);
        QCOMPARE(kindOf(opened), std::string("missing-field"));
        QVERIFY(opened.error().message.find("model.layers.2.input_layernorm.weight") != std::string::npos);
        QVERIFY(opened.error().message.find("more") != std::string::npos);
        config["num_hidden_layers"] = 2;
        config["intermediate_size"] = 96;
        writeAll(folder / "config.json", config.dump());
        opened = Checkpoint::open(folder);
        QCOMPARE(kindOf(opened), std::string("inconsistent"));
        QVERIFY(opened.error().message.find("mlp.gate_proj.weight ([64, 32] instead of [96, 32])")
                != std::string::npos);
    }

    void pickleAloneIsRefused()
    {
        const fs::path folder = path("pickle");
        fs::create_directory(folder);
        copyFile(dataPath("checkpoints/llama/config.json"), folder / "config.json");
        QCOMPARE(kindOf(Checkpoint::open(folder)), std::string("not-found"));
        writeAll(folder / "pytorch_model.bin", "PK");
        QCOMPARE(kindOf(Checkpoint::open(folder)), std::string("unsupported-format"));
    }

    void fileThatIsCutAfterOpeningIsAnErrorNotACrash()
    {
        const fs::path file = path("cut.gguf");
        copyFile(dataPath("gguf/llama-F16.gguf"), file);
        const auto opened = Checkpoint::open(file);
        QVERIFY(opened);
        fs::resize_file(file, 20'000);
        int truncated = 0;
        for (const TensorEntry& tensor : (*opened)->tensors()) {
            std::vector<float> values(static_cast<std::size_t>(tensor.valueCount()));
            const auto done = (*opened)->read(tensor, values);
            QCOMPARE(kindOf(done), std::string(tensor.offset + tensor.bytes > 20'000 ? "truncated" : "ok"));
            truncated += done ? 0 : 1;
        }
        QVERIFY(truncated > 0);
    }

    void roomOfTheWrongSizeIsAnError()
    {
        const auto opened = Checkpoint::open(dataPath("gguf/llama-F16.gguf"));
        QVERIFY(opened);
        std::vector<float> values(3);
        QCOMPARE(kindOf((*opened)->read((*opened)->tensors().front(), values)), std::string("size-mismatch"));
    }

    void nothingThereIsNotFound() { QCOMPARE(kindOf(Checkpoint::open(path("nowhere"))), std::string("not-found")); }

    void parametersAreCountedOnce()
    {
        const auto opened = Checkpoint::open(dataPath("checkpoints/llama3-rope"));
        QVERIFY(opened);
        std::int64_t values = 0;
        for (const TensorEntry& tensor : (*opened)->tensors())
            values += tensor.valueCount();
        QCOMPARE(parameterCount((*opened)->config()), values);
    }
};

QTEST_APPLESS_MAIN(CheckpointTest)
#include "tst_checkpoint.moc"
