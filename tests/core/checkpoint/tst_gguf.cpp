// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/gguf.h"
#include "core/checkpoint/ggufmodel.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

#include "tests/core/checkpoint/filebuilders.h"

using namespace driftscope;
using namespace driftscope::checkpoint;
using namespace driftscope::testing;

namespace {

constexpr std::uint32_t typeText = 8;
constexpr std::uint32_t typeArray = 9;

/// One metadata entry whose value is an array of `count` elements that are not there.
Bytes arrayHead(std::uint32_t elementType, std::uint64_t count)
{
    Bytes bytes = ggufHead(0, 1);
    bytes.addText("a.b").add(typeArray).add(elementType).add(count);
    return bytes;
}

/// A file of one F32 tensor "x" with this shape (innermost first) and offset, and `dataBytes` of data.
std::string oneTensor(const std::vector<std::uint64_t>& shape, std::uint64_t offset, std::size_t dataBytes,
                      std::uint32_t type = 0)
{
    Bytes bytes = ggufHead(1, 0);
    bytes.addText("x").add(static_cast<std::uint32_t>(shape.size()));
    for (const std::uint64_t size : shape)
        bytes.add(size);
    bytes.add(type).add(offset).align(32).addRaw(std::string(dataBytes, '\1'));
    return bytes.content();
}

} // namespace

class GgufTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::string kindOfContent(const std::string& content)
    {
        const std::filesystem::path path = m_folder.filePath(QStringLiteral("made.gguf")).toStdString();
        writeAll(path, content);
        return kindOf(GgufFile::open(path));
    }

private slots:
    void badFilesGetTheKindOfTheirFlaw_data() { addExpectedRows("gguf"); }

    void badFilesGetTheKindOfTheirFlaw()
    {
        QFETCH(QString, file);
        QFETCH(QString, verdict);
        QFETCH(QString, kind);
        const auto opened = Checkpoint::open(dataPath("gguf/" + file.toStdString()));
        QVERIFY2(isAsExpected(verdict, kind, kindOf(opened)), kindOf(opened).c_str());
    }

    void metadataOfEveryTypeIsRead()
    {
        Bytes bytes = ggufHead(0, 8, 2);
        bytes.addText("u8").add<std::uint32_t>(0).add<std::uint8_t>(200);
        bytes.addText("i16").add<std::uint32_t>(3).add<std::int16_t>(-5);
        bytes.addText("f32").add<std::uint32_t>(6).add(0.5F);
        bytes.addText("yes").add<std::uint32_t>(7).add<std::uint8_t>(1);
        bytes.addText("text").add(typeText).addText("Grüße");
        bytes.addText("u64").add<std::uint32_t>(10).add<std::uint64_t>(UINT64_MAX);
        bytes.addText("texts").add(typeArray).add(typeText).add<std::uint64_t>(2).addText("a").addText("");
        bytes.addText("nested").add(typeArray).add(typeArray).add<std::uint64_t>(1);
        bytes.add<std::uint32_t>(4).add<std::uint64_t>(2).add<std::uint32_t>(1).add<std::uint32_t>(2);
        const std::filesystem::path path = m_folder.filePath(QStringLiteral("types.gguf")).toStdString();
        writeAll(path, bytes.content());
        const auto gguf = GgufFile::open(path);
        QVERIFY2(gguf, gguf ? "" : gguf.error().message.c_str());
        QCOMPARE(gguf->version, 2U);
        QCOMPARE(gguf->integer("u8").value(), std::int64_t {200});
        QCOMPARE(gguf->integer("i16").value(), std::int64_t {-5});
        QCOMPARE(gguf->number("f32").value(), 0.5);
        QCOMPARE(gguf->number("i16").value(), -5.0);
        QCOMPARE(gguf->boolean("yes").value(), true);
        QCOMPARE(gguf->text("text").value(), std::string("Grüße"));
        QCOMPARE(kindOf(gguf->integer("u64")), std::string("too-large"));
        QVERIFY(gguf->texts("texts") && gguf->texts("texts")->size() == 2);
        QVERIFY(gguf->has("nested") && !gguf->texts("nested") && !gguf->integers("nested"));
        QCOMPARE(kindOf(gguf->integer("text")), std::string("wrong-type"));
        QCOMPARE(kindOf(gguf->text("f32")), std::string("wrong-type"));
        QCOMPARE(kindOf(gguf->boolean("u8")), std::string("wrong-type"));
        QCOMPARE(kindOf(gguf->number("none")), std::string("missing-field"));
    }

    void lengthsThatTheFileCannotHoldAreTruncated()
    {
        for (const std::uint64_t count :
             {std::uint64_t {1} << 40, std::uint64_t {1} << 61, UINT64_MAX, UINT64_MAX / 8 + 1})
            for (std::uint32_t type = 0; type <= 12; ++type)
                QCOMPARE(kindOfContent(arrayHead(type, count).content()), std::string("truncated"));
        for (const std::uint64_t count : {std::uint64_t {2}, std::uint64_t {1} << 33, UINT64_MAX}) {
            QCOMPARE(kindOfContent(ggufHead(count, 0).content()), std::string("truncated"));
            QCOMPARE(kindOfContent(ggufHead(0, count).content()), std::string("truncated"));
            Bytes text = ggufHead(0, 1);
            text.addText("key").add(typeText).add(count).addRaw("x");
            QCOMPARE(kindOfContent(text.content()), std::string("truncated"));
        }
    }

    void hugeArrayInASparseFileIsRefusedBeforeItIsAllocated()
    {
        const std::filesystem::path path = m_folder.filePath(QStringLiteral("sparse.gguf")).toStdString();
        for (const std::uint32_t type : {0U, 8U, 9U}) {
            writeAll(path, arrayHead(type, std::uint64_t {1} << 30).content());
            std::filesystem::resize_file(path, std::uintmax_t {1} << 34);
            QCOMPARE(kindOf(GgufFile::open(path)), std::string("too-large"));
        }
    }

    void nestingIsLimited()
    {
        for (const int depth : {9, 100, 50'000}) {
            Bytes bytes = ggufHead(0, 1);
            bytes.addText("a.b").add(typeArray);
            for (int i = 0; i < depth; ++i)
                bytes.add(typeArray).add<std::uint64_t>(1);
            bytes.add<std::uint32_t>(0).add<std::uint64_t>(0);
            QCOMPARE(kindOfContent(bytes.content()), std::string("nesting-too-deep"));
        }
    }

    void shapesAndOffsetsAreChecked()
    {
        QCOMPARE(kindOfContent(oneTensor({8}, 0, 32)), std::string("ok"));
        QCOMPARE(kindOfContent(oneTensor({2, 2, 2, 1}, 0, 32)), std::string("ok"));
        QCOMPARE(kindOfContent(oneTensor({2, 2, 2, 1, 1}, 0, 32)), std::string("bad-shape"));
        QCOMPARE(kindOfContent(oneTensor({8}, 0, 31)), std::string("truncated"));
        QCOMPARE(kindOfContent(oneTensor({8}, 32, 32)), std::string("truncated"));
        QCOMPARE(kindOfContent(oneTensor({8}, 8, 64)), std::string("misaligned"));
        QCOMPARE(kindOfContent(oneTensor({8}, UINT64_MAX - 31, 32)), std::string("truncated"));
        QCOMPARE(kindOfContent(oneTensor({std::uint64_t {1} << 63}, 0, 32)), std::string("size-overflow"));
        QCOMPARE(kindOfContent(oneTensor({std::uint64_t {1} << 62}, 0, 32)),
                 std::string("size-overflow")); // times 4 bytes
        QCOMPARE(kindOfContent(oneTensor({std::uint64_t {1} << 32, std::uint64_t {1} << 32}, 0, 32)),
                 std::string("size-overflow"));
        QCOMPARE(kindOfContent(oneTensor({16}, 0, 64, 8)), std::string("bad-shape")); // Q8_0 needs rows of 32
        QCOMPARE(kindOfContent(oneTensor({128}, 0, 512, 12)), std::string("bad-shape")); // Q4_K needs rows of 256
        for (const std::uint32_t type : {4U, 5U, 31U, 77U, UINT32_MAX})
            QCOMPARE(kindOfContent(oneTensor({8}, 0, 32, type)), std::string("unknown-type"));
    }

    void quantisationsThatAreNotReadAreRefusedByName()
    {
        const std::filesystem::path path = m_folder.filePath(QStringLiteral("refused.gguf")).toStdString();
        writeAll(path, oneTensor({256}, 0, 66, 16));
        const auto opened = GgufFile::open(path);
        QCOMPARE(kindOf(opened), std::string("unknown-dtype"));
        QVERIFY(opened.error().message.find("IQ2_XXS") != std::string::npos);
        for (const std::uint32_t type : {9U, 17U, 19U, 29U, 34U, 35U, 39U})
            QCOMPARE(kindOfContent(oneTensor({256}, 0, 512, type)), std::string("unknown-dtype"));
        QCOMPARE(kindOfContent(oneTensor({256}, 0, 144, 20)), std::string("ok")); // IQ4_NL
        QCOMPARE(kindOfContent(oneTensor({256}, 0, 136, 23)), std::string("ok")); // IQ4_XS
    }

    void shapesAreOutermostFirst()
    {
        const std::filesystem::path path = m_folder.filePath(QStringLiteral("shape.gguf")).toStdString();
        writeAll(path, oneTensor({4, 2}, 0, 32));
        const auto gguf = GgufFile::open(path);
        QVERIFY(gguf);
        QCOMPARE(gguf->tensors.at(0).shape, (std::vector<std::int64_t> {2, 4}));
        QCOMPARE(gguf->tensors.at(0).offset % 32, std::uint64_t {0});
    }

    void alignmentMustBeAPowerOfTwo()
    {
        const auto withAlignment = [](std::uint32_t type, std::uint64_t value) {
            Bytes bytes = ggufHead(0, 1);
            bytes.addText("general.alignment").add(type);
            return type == 4 ? bytes.add(static_cast<std::uint32_t>(value)).content() : bytes.add(value).content();
        };
        QCOMPARE(kindOfContent(withAlignment(4, 64)), std::string("ok"));
        for (const std::uint64_t bad : {0, 3, 33, 48})
            QCOMPARE(kindOfContent(withAlignment(4, bad)), std::string("bad-alignment"));
        QCOMPARE(kindOfContent(withAlignment(11, UINT64_MAX)), std::string("bad-alignment"));
        QCOMPARE(kindOfContent(withAlignment(12, 0)), std::string("wrong-type"));
    }

    void namesOfTensorsAreThoseOfHuggingFace()
    {
        QCOMPARE(huggingFaceName("blk.12.attn_q.weight", ModelConfig()),
                 std::optional<std::string>("model.layers.12.self_attn.q_proj.weight"));
        QCOMPARE(huggingFaceName("blk.0.ffn_down.bias", ModelConfig()),
                 std::optional<std::string>("model.layers.0.mlp.down_proj.bias"));
        QCOMPARE(huggingFaceName("token_embd.weight", ModelConfig()),
                 std::optional<std::string>("model.embed_tokens.weight"));
        QCOMPARE(huggingFaceName("output.weight", ModelConfig()), std::optional<std::string>("lm_head.weight"));
        for (const char* none :
             {"rope_freqs.weight", "blk.x.attn_q.weight", "blk.1", "blk.1.", "", ".weight", "attn_q.weight"})
            QVERIFY(!huggingFaceName(none, ModelConfig()));
    }

    void fileCutAtAnyLengthIsAnError()
    {
        const std::string whole = readAll(dataPath("gguf/llama3rope-Q8_0.gguf"));
        QVERIFY(whole.size() > 20'000);
        const std::filesystem::path path = m_folder.filePath(QStringLiteral("cut.gguf")).toStdString();
        writeAll(path, whole);
        QVERIFY(Checkpoint::open(path));
        for (std::size_t length = whole.size() - 1;; length -= std::min<std::size_t>(length, length > 1200 ? 211 : 3)) {
            std::filesystem::resize_file(path, length);
            const auto opened = Checkpoint::open(path);
            QVERIFY(!opened);
            QCOMPARE(kindOf(opened), std::string("truncated"));
            if (length == 0)
                break;
        }
    }

    void flippedBytesNeverCrash()
    {
        const std::string whole = readAll(dataPath("gguf/llama3rope-Q8_0.gguf"));
        const std::filesystem::path path = m_folder.filePath(QStringLiteral("flip.gguf")).toStdString();
        RandomStream random(20240, "gguf flips");
        for (int round = 0; round < 500; ++round) {
            std::string broken = whole;
            for (std::size_t flips = 1 + random.index(3); flips > 0; --flips)
                broken[random.index(round % 3 == 0 ? 1200 : 12'000)] = static_cast<char>(random.index(256));
            writeAll(path, broken);
            const auto opened = Checkpoint::open(path);
            QVERIFY(opened || !opened.error().message.empty());
            QVERIFY(opened || opened.error().code != ErrorCode::NotReadable); // would be an exception that was caught
        }
    }
};

QTEST_APPLESS_MAIN(GgufTest)
#include "tst_gguf.moc"
