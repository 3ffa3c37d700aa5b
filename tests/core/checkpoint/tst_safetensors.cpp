// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/checkpoint/mappedfile.h"
#include "core/checkpoint/safetensors.h"

#include <QTemporaryDir>
#include <QTest>

#include "tests/core/checkpoint/filebuilders.h"

using namespace driftscope;
using namespace driftscope::checkpoint;
using namespace driftscope::testing;

class SafetensorsTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::filesystem::path path(const char* name) { return m_folder.filePath(QString::fromLatin1(name)).toStdString(); }

    std::string kindOfHeader(const std::string& header, std::size_t dataBytes = 32)
    {
        writeAll(path("made.safetensors"), safetensors(header, std::string(dataBytes, '\1')));
        return kindOf(SafetensorsFile::open(path("made.safetensors")));
    }

    /// The kind for one tensor "w" with these fields.
    std::string kindOfTensor(const std::string& fields, std::size_t dataBytes = 32)
    {
        return kindOfHeader(R"({"w":{)" + fields + "}}", dataBytes);
    }

    void writeShards(const std::string& weightMap)
    {
        const std::string one = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
        const std::string two = R"({"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
                                    "a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})";
        writeAll(path("one.safetensors"), safetensors(one, std::string(8, '\0')));
        writeAll(path("two.safetensors"), safetensors(two, std::string(12, '\0')));
        writeAll(path("model.safetensors.index.json"),
                 R"({"metadata":{"total_size":16},"weight_map":)" + weightMap + "}");
    }

private slots:
    void badFilesGetTheKindOfTheirFlaw_data() { addExpectedRows("safetensors"); }

    void badFilesGetTheKindOfTheirFlaw()
    {
        QFETCH(QString, file);
        QFETCH(QString, verdict);
        QFETCH(QString, kind);
        const auto opened = SafetensorsFile::open(dataPath("safetensors/" + file.toStdString()));
        QVERIFY2(isAsExpected(verdict, kind, kindOf(opened)), kindOf(opened).c_str());
    }

    void tensorsAreInTheOrderOfTheirOffsets()
    {
        QCOMPARE(kindOfHeader(R"({"b":{"dtype":"BF16","shape":[2,4],"data_offsets":[0,16]},
                                  "a":{"dtype":"I8","shape":[16],"data_offsets":[16,32]},
                                  "__metadata__":{"format":"pt"}})"),
                 std::string("ok"));
        const auto file = SafetensorsFile::open(path("made.safetensors"));
        QVERIFY(file);
        QCOMPARE(file->tensors.at(0).name, std::string("b"));
        QCOMPARE(file->tensors.at(0).offset + 16, file->tensors.at(1).offset);
        QCOMPARE(file->tensors.at(1).offset + 16, file->file->bytes().size());
        QCOMPARE(file->metadata.at("format"), std::string("pt"));
    }

    void flawsOfOtherShapesGetTheSameKinds_data()
    {
        QTest::addColumn<QString>("fields");
        QTest::addColumn<QString>("kind");
        const auto row = [](const char* fields, const char* kind) {
            QTest::newRow(fields) << QString::fromLatin1(fields) << QString::fromLatin1(kind);
        };
        row(R"("dtype":"F32","shape":[8],"data_offsets":[0,32])", "ok");
        row(R"("dtype":"F32","shape":[8],"data_offsets":[0,32],"note":1)", "ok");
        row(R"("dtype":"F64","shape":[8],"data_offsets":[0,32])", "size-mismatch");
        row(R"("dtype":"F32","shape":[0,8],"data_offsets":[0,32])", "size-mismatch");
        row(R"("dtype":"Q4_0","shape":[8],"data_offsets":[0,32])", "unknown-dtype");
        row(R"("dtype":"f32","shape":[8],"data_offsets":[0,32])", "unknown-dtype");
        row(R"("dtype":32,"shape":[8],"data_offsets":[0,32])", "bad-header");
        row(R"("dtype":"F32","data_offsets":[0,32])", "bad-header");
        row(R"("dtype":"F32","shape":[8])", "bad-header");
        row(R"("dtype":"F32","shape":8,"data_offsets":[0,32])", "bad-header");
        row(R"("dtype":"F32","shape":[8.0],"data_offsets":[0,32])", "bad-header");
        row(R"("dtype":"F32","shape":[8],"data_offsets":[0,32,64])", "bad-header");
        row(R"("dtype":"F32","shape":[8],"data_offsets":["0","32"])", "bad-header");
        row(R"("dtype":"F32","shape":[8],"data_offsets":{"begin":0})", "bad-header");
        row(R"("dtype":"F32","shape":[-8],"data_offsets":[0,32])", "bad-shape");
        row(R"("dtype":"F32","shape":[8],"data_offsets":[-32,0])", "bad-offsets");
        row(R"("dtype":"F32","shape":[8],"data_offsets":[32,0])", "bad-offsets");
        row(R"("dtype":"F32","shape":[7],"data_offsets":[4,32])", "bad-offsets");
        row(R"("dtype":"F32","shape":[7],"data_offsets":[0,28])", "bad-offsets");
        row(R"("dtype":"F32","shape":[8],"data_offsets":[18446744073709551584,18446744073709551615])", "size-mismatch");
        row(R"("dtype":"I8","shape":[31],"data_offsets":[18446744073709551584,18446744073709551615])", "truncated");
        row(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,32])", "size-overflow");
        row(R"("dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,32])", "size-overflow");
        row(R"("dtype":"F32","shape":[36893488147419103232],"data_offsets":[0,32])", "size-overflow");
        row(R"("dtype":"F32","shape":[8],"data_offsets":[0,36893488147419103232])", "truncated");
        row(R"("dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,32])", "size-overflow");
    }

    void flawsOfOtherShapesGetTheSameKinds()
    {
        QFETCH(QString, fields);
        QFETCH(QString, kind);
        QCOMPARE(kindOfTensor(fields.toStdString()), kind.toStdString());
    }

    void headersThatAreNoHeadersAreRefused()
    {
        QCOMPARE(kindOfHeader("{}", 0), std::string("ok"));
        QCOMPARE(kindOfHeader("{}"), std::string("bad-offsets"));
        QCOMPARE(kindOfHeader("null"), std::string("bad-header"));
        QCOMPARE(kindOfHeader(" {}", 0), std::string("bad-header"));
        QCOMPARE(kindOfHeader(std::string("{}\0x", 4), 0), std::string("bad-json"));
        QCOMPARE(kindOfHeader(R"({"w":3})"), std::string("bad-header"));
        QCOMPARE(kindOfHeader(R"({"__metadata__":[]})", 0), std::string("bad-header"));
        QCOMPARE(kindOfHeader(R"({"w":{"dtype":"F32","dtype":"F32","shape":[8],"data_offsets":[0,32]}})"),
                 std::string("duplicate-key"));
        QCOMPARE(kindOfHeader(std::string(100'000, '[')), std::string("bad-json"));
        QCOMPARE(kindOfHeader(R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}"),
                 std::string("bad-json"));
        writeAll(path("made.safetensors"), Bytes().add(UINT64_MAX).addRaw("{}").content());
        QCOMPARE(kindOf(SafetensorsFile::open(path("made.safetensors"))), std::string("header-too-large"));
    }

    void shardsAreJoinedByTheirIndex()
    {
        writeShards(R"({"a":"one.safetensors","b":"two.safetensors"})");
        const auto set = openSafetensorsFolder(m_folder.path().toStdString());
        QVERIFY2(set, set ? "" : set.error().message.c_str());
        QCOMPARE(set->files.size(), std::size_t {2});
        QCOMPARE(set->tensors.size(), std::size_t {2}); // the second "a" is not the one that counts
        QCOMPARE(set->tensors.at(0).shape, std::vector<std::int64_t> {2});
        QCOMPARE(set->tensors.at(1).file, std::size_t {1});
    }

    void brokenIndexIsTold_data()
    {
        QTest::addColumn<QString>("weightMap");
        QTest::addColumn<QString>("kind");
        const auto row = [](const char* map, const char* kind) {
            QTest::newRow(map) << QString::fromLatin1(map) << QString::fromLatin1(kind);
        };
        row(R"({"a":"one.safetensors","b":"three.safetensors"})", "not-found");
        row(R"({"a":"one.safetensors","b":"one.safetensors"})", "inconsistent");
        row(R"({"a":"../one.safetensors"})", "bad-value");
        row(R"({"a":"/etc/passwd"})", "bad-value");
        row(R"({"a":""})", "bad-value");
        row(R"({"a":7})", "wrong-type");
        row(R"(null)", "missing-field");
        row(R"({"a":"one.safetensors",})", "bad-json");
    }

    void brokenIndexIsTold()
    {
        QFETCH(QString, weightMap);
        QFETCH(QString, kind);
        writeShards(weightMap.toStdString());
        QCOMPARE(kindOf(openSafetensorsFolder(m_folder.path().toStdString())), kind.toStdString());
    }

    void pickleIsRefusedWithAWayOut()
    {
        QTemporaryDir folder;
        QCOMPARE(kindOf(openSafetensorsFolder(folder.path().toStdString())), std::string("not-found"));
        writeAll(folder.filePath(QStringLiteral("pytorch_model.bin")).toStdString(), "PK");
        const auto opened = openSafetensorsFolder(folder.path().toStdString());
        QCOMPARE(kindOf(opened), std::string("unsupported-format"));
        QVERIFY(opened.error().message.find("pickle") != std::string::npos);
        QVERIFY(opened.error().message.find("convert") != std::string::npos);
    }

    void fileCutAtAnyLengthIsAnError()
    {
        const std::string whole = readAll(dataPath("checkpoints/llama/adapters/lora-qv/adapter_model.safetensors"));
        QVERIFY(whole.size() > 4000);
        writeAll(path("cut.safetensors"), whole);
        // closely inside the header, coarsely in the data
        for (std::size_t length = whole.size() - 1; length<whole.size(); length -= length> 1200 ? 101 : 3) {
            std::filesystem::resize_file(path("cut.safetensors"), length);
            QCOMPARE(kindOf(SafetensorsFile::open(path("cut.safetensors"))), std::string("truncated"));
        }
    }

    void flippedBytesNeverCrash()
    {
        const std::string whole = readAll(dataPath("checkpoints/llama/adapters/lora-qv/adapter_model.safetensors"));
        RandomStream random(20240, "safetensors flips");
        for (int round = 0; round < 500; ++round) {
            std::string broken = whole;
            for (std::size_t flips = 1 + random.index(3); flips > 0; --flips)
                broken[random.index(1100)] = static_cast<char>(random.index(round % 2 == 0 ? 256 : 128));
            writeAll(path("flip.safetensors"), broken);
            const auto opened = SafetensorsFile::open(path("flip.safetensors"));
            QVERIFY(opened || !opened.error().message.empty());
        }
    }
};

QTEST_APPLESS_MAIN(SafetensorsTest)
#include "tst_safetensors.moc"
