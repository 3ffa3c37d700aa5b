// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/regexpattern_p.h"

#include "tests/core/tokenizer/tokenizerdata.h"

using namespace driftscope;
using namespace driftscope::testing;
using namespace driftscope::tokenizer;

namespace {

/// The matches, joined by '|'.
QString matches(std::string_view pattern, std::string_view text)
{
    const auto regex = RegexPattern::compile(pattern);
    if (!regex)
        return QString::fromStdString(kindOf(regex) + ": " + regex.error().message);
    QStringList found;
    RegexPattern::Scan scan(*regex, text);
    while (scan.next())
        found << QString::fromUtf8(text.data() + scan.begin(), static_cast<qsizetype>(scan.end() - scan.begin()));
    return found.join(QLatin1Char('|'));
}

} // namespace

class RegexPatternTest : public QObject
{
    Q_OBJECT

private slots:
    void lookaheadLeavesTheLastSpaceToTheWord()
    {
        QCOMPARE(matches(R"( ?\p{L}+|\s+(?!\S)|\s+)", "a   bc"), QStringLiteral("a|  | bc"));
    }

    void dialectFollowsOniguruma_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("found");
        QTest::newRow("h is a hexadecimal digit") << R"(\h+)"
                                                  << "xAf9 g"
                                                  << "Af9";
        QTest::newRow("m lets the dot match newlines") << "(?m:a.b)"
                                                       << "a\nb"
                                                       << "a\nb";
        QTest::newRow("dot stops at newlines") << "a.b"
                                               << "a\nb"
                                               << "";
        QTest::newRow("anchors stand at lines") << "^b$"
                                                << "a\nb\nc"
                                                << "b";
        QTest::newRow("nested set") << "[a[b-c]]+"
                                    << "xabcd"
                                    << "abc";
        QTest::newRow("posix set") << "[[:digit:]x]+"
                                   << "a1x"
                                   << "1x";
        QTest::newRow("bracket first in a set") << "[]a]+"
                                                << "[]a"
                                                << "]a";
        QTest::newRow("mongolian vowel separator is no space")
            << R"(\s)" << QStringLiteral("\u180e\u2003") << QStringLiteral("\u2003");
        QTest::newRow("no space in a set")
            << R"([\S]+)" << QStringLiteral("a\u180eb c") << QStringLiteral("a\u180eb|c");
        QTest::newRow("script without extensions")
            << R"(\p{Greek}+)" << QStringLiteral("\u03b1\u1cf4") << QStringLiteral("\u03b1");
        QTest::newRow("no letter") << R"(\P{L}+)"
                                   << "a12b"
                                   << "12";
        QTest::newRow("negated property") << R"(\p{^N}+)"
                                          << "a12b"
                                          << "a|b";
        QTest::newRow("caseless long s") << "(?i:'s)" << QStringLiteral("'\u017f") << QStringLiteral("'\u017f");
        QTest::newRow("word characters have marks")
            << R"(\w+)" << QStringLiteral("e\u0301_1-") << QStringLiteral("e\u0301_1");
        QTest::newRow("escaped brackets") << R"([\[\]]+\])"
                                          << "[]]"
                                          << "[]]";
    }

    void dialectFollowsOniguruma()
    {
        QFETCH(const QString, pattern);
        QFETCH(const QString, text);
        QFETCH(const QString, found);
        QCOMPARE(matches(pattern.toStdString(), text.toStdString()), found);
    }

    void whatPcre2LacksIsRefused_data()
    {
        QTest::addColumn<QString>("pattern");
        for (const char* pattern : {"[a&&b]", "[a[^b]]", R"([\W])", "a\\", "(a", "[a", R"(\p{Nonsense})", "*",
                                    R"(\C)"}) // cuts characters apart
            QTest::newRow(pattern) << pattern;
        QTest::newRow("too long") << QString("a").repeated(20'000);
    }

    void whatPcre2LacksIsRefused()
    {
        QFETCH(const QString, pattern);
        QCOMPARE(kindOf(RegexPattern::compile(pattern.toStdString())), std::string("bad-regex"));
    }

    void emptyMatchesDoNotRepeat()
    {
        const auto regex = RegexPattern::compile("a*");
        QVERIFY(regex);
        RegexPattern::Scan scan(*regex, "baac");
        QStringList found;
        while (scan.next())
            found << QStringLiteral("%1-%2").arg(scan.begin()).arg(scan.end());
        QCOMPARE(found.join(QLatin1Char(' ')), QStringLiteral("0-0 1-3 4-4"));
    }

    void literalsAreNotPatterns()
    {
        const RegexPattern dot = RegexPattern::literal(".");
        RegexPattern::Scan scan(dot, "a.b");
        QVERIFY(scan.next());
        QCOMPARE(scan.begin(), std::size_t {1});
        QVERIFY(!scan.next());
    }
};

QTEST_APPLESS_MAIN(RegexPatternTest)
#include "tst_regexpattern.moc"
