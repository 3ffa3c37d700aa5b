// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/namepattern.h"

#include <QtTest>

#include <string>

using namespace driftscope;
using namespace driftscope::checkpoint;

class TestNamePattern : public QObject
{
    Q_OBJECT

private slots:
    // What Python's re.fullmatch says.
    void matchesWholeNames_data()
    {
        QTest::addColumn<QString>("regex");
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char* regex, const char* name, bool matches) {
            QTest::addRow("%s on %s", regex, name) << regex << name << matches;
        };
        row("q_proj", "q_proj", true);
        row("q_proj", "xq_proj", false);
        row("q_proj", "q_projx", false);
        row("", "", true);
        row("", "a", false);
        row(".*\\.(q|v)_proj", "model.layers.0.self_attn.v_proj", true);
        row(".*\\.(q|v)_proj", "model.layers.0.self_attn.k_proj", false);
        row(".*\\.(?:q|kv|)_proj", "a._proj", true);
        row("(?P<layer>\\d+)\\.x", "12.x", true);
        row("a{2,3}", "aa", true);
        row("a{2,3}", "aaaa", false);
        row("a{2,}b", "aaaaab", true);
        row("a{,2}", "a", true);
        row("a{2}", "aaa", false);
        row("a{x}", "a{x}", true);
        row("a+?b*", "aaa", true);
        row("[^.]+\\.[0-9]{1,2}", "layers.17", true);
        row("[^.]+\\.[0-9]{1,2}", "layers.177", false);
        row("[]a]", "]", true);
        row("[a-c\\d]+", "b2c", true);
        row("[a\\-c]", "-", true);
        row("^a$", "a", true);
        row("a^b", "ab", false);
        row("(^|x)a(b|$)", "a", true);
        row("\\Aa\\Z", "a", true);
        row("\\w+\\s\\W", "ab_ .", true);
        row("a.c", "abc", true);
        row("((a|b)*c)*", "abcbbc", true);
        row("(a*)*", "aaaa", true);
    }

    void matchesWholeNames()
    {
        QFETCH(QString, regex);
        QFETCH(QString, name);
        QFETCH(bool, matches);
        const auto pattern = NamePattern::parse(regex.toStdString());
        QVERIFY2(pattern, pattern ? "" : pattern.error().message.c_str());
        QCOMPARE(pattern->matches(name.toStdString()), matches);
    }

    void whatIsNotKnownIsRefused_data()
    {
        QTest::addColumn<QString>("regex");
        for (const char* regex : {"(a", "a)", "[a", "*a", "a|*", "a**", "a++", "(?=a)", "(?<!a)b", "(?i)a", "(a)\\1",
                                  "a\\b", "\\", "[b-a]", "a{3,2}", "(?P=x)"})
            QTest::newRow(regex) << regex;
    }

    void whatIsNotKnownIsRefused()
    {
        QFETCH(QString, regex);
        const auto pattern = NamePattern::parse(regex.toStdString());
        QVERIFY(!pattern);
        QCOMPARE(pattern.error().code, ErrorCode::BadRegex);
    }

    void whatGrowsTooLargeIsRefused_data()
    {
        QTest::addColumn<QString>("regex");
        QTest::newRow("repetitions") << "a{2000}";
        QTest::newRow("nested repetitions") << "((a{900}){900}){900}";
        QTest::newRow("nothing, nested") << "(((){1000}){1000}){1000}b{900}{900}";
        QTest::newRow("groups") << QString(5000, QLatin1Char('(')) + QString(5000, QLatin1Char(')'));
    }

    void whatGrowsTooLargeIsRefused()
    {
        QFETCH(QString, regex);
        QVERIFY(!NamePattern::parse(regex.toStdString()));
    }

    // Backtracking would take 2^60 steps.
    void hostileExpressionsTakeNoTime()
    {
        const auto pattern = NamePattern::parse("(a|a)*(a*)*(a+)+b");
        QVERIFY(pattern.has_value());
        QVERIFY(!pattern->matches(std::string(60, 'a')));
        QVERIFY(pattern->matches(std::string(60, 'a') + "b"));
    }
};

QTEST_APPLESS_MAIN(TestNamePattern)
#include "tst_namepattern.moc"
