// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/dtype.h"
#include "core/checkpoint/gguf.h"
#include "core/checkpoint/mappedfile.h"

#include <QTest>

#include <bit>
#include <cmath>
#include <limits>
#include <set>

#include "tests/core/checkpoint/filebuilders.h"

using namespace driftscope;
using namespace driftscope::checkpoint;
using namespace driftscope::testing;

namespace {

constexpr int typeCount = static_cast<int>(DType::IQ4_XS) + 1;

std::vector<float> widen(DType type, const std::string& stored, std::size_t values)
{
    std::vector<float> out(values, std::numeric_limits<float>::quiet_NaN());
    const auto done = dequantize(type, std::as_bytes(std::span(stored)), out);
    return done ? out : std::vector<float> {};
}

float widenHalf(std::uint16_t half)
{
    return widen(DType::F16, Bytes().add(half).content(), 1).at(0);
}

bool isClose(double a, double b, double relative)
{
    return std::abs(a - b) <= relative * std::max({std::abs(a), std::abs(b), 1e-3});
}

} // namespace

class DTypeTest : public QObject
{
    Q_OBJECT

private slots:
    void halvesAreExact()
    {
        QCOMPARE(widenHalf(0x3C00), 1.0F);
        QCOMPARE(widenHalf(0xC000), -2.0F);
        QCOMPARE(widenHalf(0x7BFF), 65504.0F);
        QCOMPARE(widenHalf(0x0400), std::ldexp(1.0F, -14)); // smallest normal
        QCOMPARE(widenHalf(0x0001), std::ldexp(1.0F, -24)); // smallest subnormal
        QCOMPARE(widenHalf(0x83FF), -std::ldexp(1023.0F, -24));
        QCOMPARE(widenHalf(0x7C00), std::numeric_limits<float>::infinity());
        QVERIFY(std::isnan(widenHalf(0x7E00)));
        QCOMPARE(std::bit_cast<std::uint32_t>(widenHalf(0x8000)), 0x80000000U);
    }

    void everyFiniteHalfIsItsFormula()
    {
        for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
            const std::uint32_t exponent = (bits >> 10) & 31U;
            if (exponent == 31)
                continue;
            const auto fraction = static_cast<float>(bits & 1023U);
            const float size = exponent == 0 ? std::ldexp(fraction, -24)
                                             : std::ldexp(1024.0F + fraction, static_cast<int>(exponent) - 25);
            QCOMPARE(widenHalf(static_cast<std::uint16_t>(bits)), (bits & 0x8000U) != 0 ? -size : size);
        }
    }

    void plainTypesAreWidened()
    {
        QCOMPARE(widen(DType::F64, Bytes().add(0.25).add(-3.0).content(), 2), (std::vector {0.25F, -3.0F}));
        QCOMPARE(widen(DType::F32, Bytes().add(1.5F).content(), 1), std::vector {1.5F});
        QCOMPARE(widen(DType::BF16, Bytes().add<std::uint16_t>(0x3FC0).content(), 1), std::vector {1.5F});
    }

    void blockOfQ4_0IsNibbleMinusEightTimesScale()
    {
        Bytes block;
        block.add<std::uint16_t>(0x4000); // 2.0
        for (int i = 0; i < 16; ++i)
            block.add(static_cast<std::uint8_t>(i | ((15 - i) << 4)));
        const auto values = widen(DType::Q4_0, block.content(), 32);
        QCOMPARE(values.size(), std::size_t {32});
        for (int i = 0; i < 16; ++i) {
            QCOMPARE(values[static_cast<std::size_t>(i)], 2.0F * static_cast<float>(i - 8));
            QCOMPARE(values[static_cast<std::size_t>(i + 16)], 2.0F * static_cast<float>(7 - i));
        }
    }

    void blockOfQ8_0IsByteTimesScale()
    {
        Bytes block;
        block.add<std::uint16_t>(0x3800); // 0.5
        for (int i = 0; i < 32; ++i)
            block.add(static_cast<std::int8_t>(i * 8 - 128));
        const auto values = widen(DType::Q8_0, block.content(), 32);
        for (int i = 0; i < 32; ++i)
            QCOMPARE(values.at(static_cast<std::size_t>(i)), 0.5F * static_cast<float>(i * 8 - 128));
    }

    void referenceFilesAreWidenedAsTheirMakerDoes_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name :
             {"llama-BF16", "llama-F16", "llama-Q4_0", "llama-Q4_1", "llama-Q5_0", "llama-Q5_1", "llama-Q8_0",
              "llama3rope-Q8_0", "llamak-Q4_K_M", "llamak-Q5_K", "smollm2-Q4_1", "qwen3-Q8_0"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }

    void referenceFilesAreWidenedAsTheirMakerDoes()
    {
        QFETCH(QString, name);
        const std::string base = dataPath("gguf/" + name.toStdString());
        const auto gguf = GgufFile::open(base + ".gguf");
        QVERIFY(gguf);
        const auto reference = nlohmann::json::parse(readAll(base + ".reference.json"))["tensors"];
        std::size_t compared = 0;
        for (const TensorEntry& tensor : gguf->tensors) {
            if (!reference.contains(tensor.name))
                continue;
            const auto& expected = reference[tensor.name];
            std::vector<float> values(static_cast<std::size_t>(tensor.valueCount()));
            QVERIFY(dequantize(tensor.type, *gguf->file->range(tensor.offset, tensor.bytes), values));
            for (std::size_t i = 0; i < expected["first64"].size(); ++i)
                QVERIFY(isClose(values.at(i), expected["first64"][i].get<double>(), 1e-6));
            double sum = 0;
            double squares = 0;
            for (const float value : values) {
                sum += value;
                squares += static_cast<double>(value) * value;
            }
            QVERIFY(isClose(sum, expected["sum"].get<double>(), 1e-6));
            QVERIFY(isClose(squares, expected["sum_sq"].get<double>(), 1e-6));
            ++compared;
        }
        QCOMPARE(compared, reference.size());
    }

    // blocks.json: random bits in every type, widened by the gguf package (FP8: by torch); see make_blocks.py.
    void randomBlocksAreWidenedAsTheGgufPackageDoes_data()
    {
        QTest::addColumn<int>("number");
        for (int i = 0; i < typeCount; ++i) {
            const auto type = static_cast<DType>(i);
            const std::string name(dtypeName(type));
            if (canDequantize(type) && name != "F64" && name != "F32" && name != "F16" && name != "BF16")
                QTest::newRow(name.c_str()) << i;
        }
    }

    void randomBlocksAreWidenedAsTheGgufPackageDoes()
    {
        QFETCH(int, number);
        const auto type = static_cast<DType>(number);
        static const auto all = nlohmann::json::parse(readAll(dataPath("dtype/blocks.json")));
        const auto& expected = all.at(std::string(dtypeName(type)));
        const QByteArray stored = QByteArray::fromHex(QByteArray::fromStdString(expected["bytes"]));
        const auto values = widen(type, stored.toStdString(), expected["values"].size());
        QCOMPARE(values.size(), expected["values"].size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto& value = expected["values"][i];
            const double wanted = value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
            const bool isSame = std::isnan(wanted)
                ? std::isnan(values[i])
                : wanted == static_cast<double>(values[i]) || isClose(static_cast<double>(values[i]), wanted, 1e-6);
            QVERIFY2(isSame, qPrintable(QString("value %1: %2, not %3").arg(i).arg(values[i]).arg(wanted)));
        }
    }

    void partsOfATensorAreWidenedAsTheWhole()
    {
        const auto all = nlohmann::json::parse(readAll(dataPath("dtype/blocks.json")));
        const auto stored = QByteArray::fromHex(QByteArray::fromStdString(all["Q5_K"]["bytes"])).toStdString();
        const auto whole = widen(DType::Q5_K, stored, 768);
        for (std::size_t block = 0; block < 3; ++block) {
            const auto part = widen(DType::Q5_K, stored.substr(176 * block, 176), 256);
            QVERIFY(std::equal(part.begin(), part.end(), whole.begin() + std::ptrdiff_t(256 * block)));
        }
    }

    void roundingToBf16IsToTheNearestEven()
    {
        const auto rounded = [](float value) {
            std::uint16_t bits = 0;
            roundToBf16({&value, 1}, &bits);
            return bits;
        };
        QCOMPARE(rounded(1.0F), std::uint16_t {0x3F80});
        QCOMPARE(rounded(1.0F + std::ldexp(1.0F, -8)), std::uint16_t {0x3F80}); // half way: to the even one below
        QCOMPARE(rounded(1.0F + std::ldexp(3.0F, -8)), std::uint16_t {0x3F82}); // half way: to the even one above
        QCOMPARE(rounded(-std::ldexp(1.0F, -8) - 1.001F), std::uint16_t {0xBF81});
        QCOMPARE(rounded(std::numeric_limits<float>::max()), std::uint16_t {0x7F80});
        QCOMPARE(rounded(-std::numeric_limits<float>::infinity()), std::uint16_t {0xFF80});
        QCOMPARE(rounded(std::numeric_limits<float>::quiet_NaN()), std::uint16_t {0x7FC0});
    }

    void unsupportedTypeIsAnError()
    {
        QVERIFY(!canDequantize(DType::I32));
        std::vector<float> one(1);
        const std::string stored(1, '\0');
        QCOMPARE(kindOf(dequantize(DType::U8, std::as_bytes(std::span(stored)).first(1), one)),
                 std::string("unknown-dtype"));
    }

    void sizesThatDoNotFitAreAnError()
    {
        std::vector<float> values(33);
        const std::string stored(18, '\0');
        QCOMPARE(kindOf(dequantize(DType::Q4_0, std::as_bytes(std::span(stored)), values)),
                 std::string("size-mismatch"));
        values.resize(64);
        QCOMPARE(kindOf(dequantize(DType::Q4_0, std::as_bytes(std::span(stored)), values)),
                 std::string("size-mismatch"));
        QVERIFY(dequantize(DType::F32, {}, {}));
    }

    void everyTypeHasANameAndALayout()
    {
        std::set<std::string_view> names;
        for (int i = 0; i < typeCount; ++i) {
            const auto type = static_cast<DType>(i);
            QVERIFY(names.insert(dtypeName(type)).second);
            QVERIFY(blockLayout(type).values > 0 && blockLayout(type).bytes > 0);
        }
        QCOMPARE(dtypeName(DType::Q6_K), std::string_view("Q6_K"));
        QCOMPARE(blockLayout(DType::Q6_K).bytes, std::int64_t {210});
    }
};

QTEST_APPLESS_MAIN(DTypeTest)
#include "tst_dtype.moc"
