// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/base/textfile.h"
#include "core/data/textfield_p.h"

#include <QTest>

#include <cmath>

using namespace driftscope;
using namespace driftscope::data;

class TestTextField : public QObject
{
    Q_OBJECT

private slots:
    void articlesMoveToTheFront_data();
    void articlesMoveToTheFront();
    void yearsAreFoundAtTheEnd();
    void listsAreReadable();
    void splittingKeepsEmptyParts();
    void latin1BecomesUtf8();
    void shownRowsAreShortAndPrintable();
    void randomBytesNeverBreakTheChecks();
};

void TestTextField::articlesMoveToTheFront_data()
{
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("expected");
    QTest::newRow("The") << "Matrix, The"
                         << "The Matrix";
    QTest::newRow("The, year") << "Matrix, The (1999)"
                               << "The Matrix (1999)";
    QTest::newRow("A") << "Bug's Life, A (1998)"
                       << "A Bug's Life (1998)";
    QTest::newRow("An") << "American in Paris, An (1951)"
                        << "An American in Paris (1951)";
    QTest::newRow("second title") << "Killer, The (Die xue shuang xiong) (1989)"
                                  << "The Killer (Die xue shuang xiong) (1989)";
    QTest::newRow("nested") << "Postman, The (Il postino (long)) (1994)"
                            << "The Postman (Il postino (long)) (1994)";
    QTest::newRow("comma") << "Good, the Bad and the Ugly, The"
                           << "The Good, the Bad and the Ugly";
    QTest::newRow("foreign article") << "Dolce Vita, La (1960)"
                                     << "Dolce Vita, La (1960)";
    QTest::newRow("no article") << "Crouching Tiger, Hidden Dragon (2000)"
                                << "Crouching Tiger, Hidden Dragon (2000)";
    QTest::newRow("lower case") << "Cat, the"
                                << "Cat, the";
    QTest::newRow("word that begins so") << "Cat, Then"
                                         << "Cat, Then";
    QTest::newRow("nothing before") << ", The"
                                    << ", The";
    QTest::newRow("only a group") << "(The)"
                                  << "(The)";
    QTest::newRow("blanks") << "  Seven  "
                            << "Seven";
    QTest::newRow("open parenthesis") << "Cat, The )"
                                      << "Cat, The )";
    QTest::newRow("empty") << ""
                           << "";
}

void TestTextField::articlesMoveToTheFront()
{
    QFETCH(QString, title);
    QFETCH(QString, expected);
    const std::string cleaned = readableTitle(title.toStdString());
    QCOMPARE(QString::fromStdString(cleaned), expected);
    QCOMPARE(readableTitle(cleaned), cleaned);
}

void TestTextField::yearsAreFoundAtTheEnd()
{
    QCOMPARE(std::string(yearOfTitle("Matrix, The (1999)")), std::string("1999"));
    QCOMPARE(std::string(yearOfTitle("1984 (1984) ")), std::string("1984"));
    for (const char* const title : {"", "(99)", "Matrix 1999", "Matrix (1999) again", "Matrix (199x)", "1999)"})
        QVERIFY(yearOfTitle(title).empty());
}

void TestTextField::listsAreReadable()
{
    QCOMPARE(readableList("Action|Sci-Fi", '|'), std::string("Action, Sci-Fi"));
    QCOMPARE(readableList("Action  Drama ", ' '), std::string("Action, Drama"));
    QCOMPARE(readableList("(no genres listed)", '|'), std::string());
    QCOMPARE(readableList("", '|'), std::string());
}

void TestTextField::splittingKeepsEmptyParts()
{
    std::vector<std::string_view> parts;
    splitInto(parts, "a::::b:c::", "::");
    QCOMPARE(parts, (std::vector<std::string_view> {"a", "", "b:c", ""}));
    splitInto(parts, "", "\t");
    QCOMPARE(parts.size(), std::size_t {1});
}

void TestTextField::latin1BecomesUtf8()
{
    QCOMPARE(fromLatin1("caf\xe9 \xff"), std::string("caf\xc3\xa9 \xc3\xbf"));
}

void TestTextField::shownRowsAreShortAndPrintable()
{
    QCOMPARE(shownRow(std::string_view("a\0b\x7f\n", 5)), std::string("a\\x00b\\x7f\\x0a"));
    QCOMPARE(shownRow("caf\xe9"), std::string("caf\\xe9"));
    QCOMPARE(shownRow("caf\xc3\xa9"), std::string("caf\xc3\xa9"));
    const std::string longRow = std::string(119, 'x') + "\xc3\xa9 and more";
    QCOMPARE(shownRow(longRow), std::string(119, 'x') + "…"); // not half a letter
}

void TestTextField::randomBytesNeverBreakTheChecks()
{
    RandomStream random(3, "textfield-test");
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes(random.index(24), '\0');
        for (char& byte : bytes)
            byte = random.uniform() < 0.5 ? "0123456789.-+eE:T/ infa()"[random.index(25)]
                                          : static_cast<char>(random.index(256));
        QVERIFY(isUtf8(shownRow(bytes)));
        QVERIFY(isUtf8(fromLatin1(bytes)));
        static_cast<void>(findBadText(bytes));
        static_cast<void>(yearOfTitle(bytes));
        const std::string title = readableTitle(bytes);
        QCOMPARE(readableTitle(title), title);
        if (const auto rating = parseRating(bytes))
            QVERIFY(std::isfinite(*rating));
        if (const auto time = parseSourceTime(bytes))
            QVERIFY(time->value >= 0);
    }
}

QTEST_APPLESS_MAIN(TestTextField)
#include "tst_textfield.moc"
