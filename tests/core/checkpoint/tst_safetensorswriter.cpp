// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"
#include "core/checkpoint/mappedfile.h"
#include "core/checkpoint/safetensors.h"
#include "core/checkpoint/safetensorswriter.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cstring>
#include <vector>

using namespace driftscope;
using namespace driftscope::checkpoint;

namespace {

TensorToWrite floats(const std::string& name, std::vector<std::int64_t> shape, const std::vector<float>& values)
{
    return {name, DType::F32, std::move(shape), std::as_bytes(std::span(values))};
}

} // namespace

class TestSafetensorsWriter : public QObject
{
    Q_OBJECT

private slots:
    void whatIsWrittenIsReadBack()
    {
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.filePath("w.safetensors").toStdString());
        const std::vector<float> a {1, 2, 3, 4, 5, 6};
        const std::vector<std::uint16_t> half {0x3f80};
        const std::vector<TensorToWrite> tensors {floats("b.a", {2, 3}, a),
                                                  {"a.half", DType::BF16, {1}, std::as_bytes(std::span(half))}};
        QVERIFY(writeSafetensors(path, tensors, {{"format", "pt"}}));
        const auto file = SafetensorsFile::open(path);
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QCOMPARE(file->metadata.at("format"), std::string("pt"));
        QCOMPARE(file->tensors.size(), std::size_t {2});
        QCOMPARE(file->tensors[0].name, std::string("a.half"));
        QCOMPARE(file->tensors[1].shape, (std::vector<std::int64_t> {2, 3}));
        const auto bytes = file->file->range(file->tensors[1].offset, file->tensors[1].bytes);
        QVERIFY(bytes);
        QVERIFY(std::memcmp(bytes->data(), a.data(), bytes->size()) == 0);
        QCOMPARE(file->tensors[0].offset % 8, std::uint64_t {0});
    }

    void orderOfTheTensorsDoesNotMatter()
    {
        const QTemporaryDir folder;
        const std::vector<float> values {7};
        const auto write = [&](const char* name, std::vector<TensorToWrite> tensors) {
            const auto path = folder.filePath(QString::fromLatin1(name)).toStdString();
            if (!writeSafetensors(path, std::move(tensors)))
                qFatal("not written");
            return *readFile(path);
        };
        QCOMPARE(write("1", {floats("x", {1}, values), floats("y", {1}, values)}),
                 write("2", {floats("y", {1}, values), floats("x", {1}, values)}));
    }

    void wrongTensorsAreRefusedAndNothingIsWritten()
    {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("w.safetensors").toStdString();
        const std::vector<float> values {1, 2};
        const auto codeOf = [&](std::vector<TensorToWrite> tensors) {
            return writeSafetensors(path, std::move(tensors)).error().code;
        };
        QCOMPARE(codeOf({floats("x", {2}, values), floats("x", {2}, values)}), ErrorCode::DuplicateKey);
        QCOMPARE(codeOf({floats("x", {3}, values)}), ErrorCode::SizeMismatch);
        QCOMPARE(codeOf({{"q", DType::Q4_0, {32}, {}}}), ErrorCode::UnknownDtype);
        QVERIFY(!std::filesystem::exists(path));
        const auto missing = writeSafetensors(path.parent_path() / "no" / "w", {floats("x", {2}, values)});
        QCOMPARE(missing.error().code, ErrorCode::NotWritable);
    }
};

QTEST_APPLESS_MAIN(TestSafetensorsWriter)
#include "tst_safetensorswriter.moc"
