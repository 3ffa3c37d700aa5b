// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/base/textfile.h"
#include "core/tokenizer/bytealphabet_p.h"
#include "core/tokenizer/bytetoken_p.h"
#include "core/tokenizer/unicode_p.h"

#include <QTest>

using namespace driftscope;
using namespace driftscope::tokenizer;

class UnicodeTest : public QObject
{
    Q_OBJECT

private slots:
    /// The Unicode Standard, table 3-8: each longest broken part is replaced once.
    void brokenPartsAreReplacedOnce()
    {
        QCOMPARE(unicode::repairUtf8("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
                 std::string("a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd"));
        QCOMPARE(unicode::repairUtf8("\xED\xA0\x80"), std::string("\uFFFD\uFFFD\uFFFD")); // a surrogate
        QCOMPARE(unicode::repairUtf8("\xC0\xAF"), std::string("\uFFFD\uFFFD")); // overlong
    }

    void repairedBytesAreUtf8AndGoodTextStays()
    {
        RandomStream random(1, "bytes");
        for (int i = 0; i < 2000; ++i) {
            std::string bytes;
            for (std::size_t k = random.index(12); k > 0; --k)
                bytes += static_cast<char>(random.index(2) == 0 ? 0x80 + random.index(128) : random.index(256));
            const std::string repaired = unicode::repairUtf8(bytes);
            QVERIFY(isUtf8(repaired));
            QCOMPARE(unicode::repairUtf8(repaired), repaired);
            if (isUtf8(bytes))
                QCOMPARE(repaired, bytes);
        }
    }

    void charactersRoundTrip()
    {
        for (char32_t c = 1; c <= 0x10FFFF; c += 97) {
            if (c >= 0xD800 && c <= 0xDFFF)
                continue;
            std::string text;
            unicode::append(text, c);
            const auto character = unicode::characterAt(text, 0);
            QCOMPARE(static_cast<unsigned>(character.value), static_cast<unsigned>(c));
            QCOMPARE(character.length, text.size());
        }
    }

    void formsComposeAndDecompose()
    {
        using unicode::Form;
        QCOMPARE(unicode::normalized("e\u0301", Form::Nfc), std::string("\u00e9"));
        QCOMPARE(unicode::normalized("\u00e9", Form::Nfd), std::string("e\u0301"));
        QCOMPARE(unicode::normalized("\ufb01\u2460", Form::Nfkc), std::string("fi1"));
        QCOMPARE(unicode::normalized("\uac00", Form::Nfkd), std::string("\u1100\u1161"));
        QCOMPARE(unicode::normalized(std::string("e\u0301\0z", 5), Form::Nfc), std::string("\u00e9\0z", 4));
    }

    void lowerCaseGoesCharacterByCharacter()
    {
        QCOMPARE(unicode::lowered("\u00c9T\u0130 \u03a3\u03a3"), std::string("\u00e9ti\u0307 \u03c3\u03c3"));
    }

    void byteAlphabetHoldsAllBytes()
    {
        std::string bytes;
        for (int byte = 0; byte < 256; ++byte)
            bytes += static_cast<char>(byte);
        const std::string spelled = bytealphabet::encode(bytes);
        QVERIFY(isUtf8(spelled));
        QCOMPARE(bytealphabet::decode(spelled).value(), bytes);
        QCOMPARE(bytealphabet::encode(" \n"), std::string("\u0120\u010a"));
        QVERIFY(!bytealphabet::decode("\u65e5"));
    }

    void byteTokensRoundTrip()
    {
        QCOMPARE(byteToken(10), std::string("<0x0A>"));
        for (int byte = 0; byte < 256; ++byte)
            QCOMPARE(static_cast<int>(byteOfToken(byteToken(static_cast<std::uint8_t>(byte))).value()), byte);
        for (const char* other : {"<0x0>", "<0xZZ>", "<0x0A", "0x0A", ""})
            QVERIFY(!byteOfToken(other));
    }
};

QTEST_APPLESS_MAIN(UnicodeTest)
#include "tst_unicode.moc"
