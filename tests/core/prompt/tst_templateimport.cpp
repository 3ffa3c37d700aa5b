// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/prompt/templateexample.h"
#include "core/prompt/templatefolder.h"
#include "core/prompt/templateimport.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace driftscope;
using namespace driftscope::prompt;

namespace {

const std::string question = "#Question: Someone rated these films highly: <ItemTitleList";
const std::string asked = ">. Would they enjoy the film titled <TargetItemTitle";
const std::string cue = ">? Answer with \"Yes\" or \"No\". \\n#Answer:";

/// An example in the form of RecICL's files, the query if `isLast`.
std::string example(int number, bool isLast, const std::string& lead = "#Example ")
{
    const std::string n = std::to_string(number);
    return lead + n + ":\\n" + question + n + asked + n + cue + (isLast ? "" : "<Response" + n + ">\\n\\n");
}

std::string promptOf(int examples)
{
    std::string text = "You predict whether 1 viewer enjoys a film. Below are a few examples:\\n\\n";
    for (int i = 1; i <= examples; ++i)
        text += example(i, false);
    return text + example(examples + 1, true);
}

std::string withRealBreaks(std::string text)
{
    for (auto at = text.find("\\n"); at != std::string::npos; at = text.find("\\n"))
        text.replace(at, 2, "\n");
    return text;
}

std::string show(const Result<ImportedTemplate>& imported)
{
    return imported ? std::string() : imported.error().message;
}

/// A row of TALLRec's files.
nlohmann::json sampleOf(const std::string& input, const std::string& output = "Yes.",
                        const std::string& instruction = "Say {yes} or no.")
{
    return {{"instruction", instruction}, {"input", input}, {"output", output}};
}

const nlohmann::json sample = sampleOf("User Preference: \"Heat (1995)\", \"Babe (1995)\"\nUser Unpreference: \"Up "
                                       "(2009)\"\nWhether the user will like the target movie \"Brazil (1985)\"?");
const std::string emptyInput =
    "User Preference: \nUser Unpreference: \nWhether the user will like the target movie \"X\"?";

std::string fileOf(const std::vector<nlohmann::json>& rows)
{
    return nlohmann::json(rows).dump();
}

} // namespace

class TemplateImportTest : public QObject
{
    Q_OBJECT

private slots:
    void examplesBecomeHeaderDemonstrationAndQuery_data()
    {
        QTest::addColumn<int>("examples");
        QTest::newRow("one example") << 1;
        QTest::newRow("two examples") << 2;
        QTest::newRow("four examples") << 4;
    }

    void examplesBecomeHeaderDemonstrationAndQuery()
    {
        QFETCH(int, examples);
        const std::string line = promptOf(examples);
        const auto imported =
            importTemplateText(line + "\n" + line + "\n" + line + "\n" + line, "/files/RecICL_films.txt");
        QVERIFY2(imported, show(imported).c_str());
        const TemplateText& text = imported->text;
        QCOMPARE(text[TemplateField::Header],
                 std::string("You predict whether 1 viewer enjoys a film. Below are a few examples:\\n\\n"));
        QCOMPARE(text[TemplateField::Query],
                 std::string("#Example {number}:\\n#Question: Someone rated these films highly: {history}. Would they "
                             "enjoy the film titled \"{target}\"? Answer with \"Yes\" or \"No\". \\n#Answer:"));
        QCOMPARE(text[TemplateField::Demonstration], text[TemplateField::Query] + "{answer}\\n\\n");
        QCOMPARE(text[TemplateField::HistoryItem], std::string("\"{title}\""));
        QCOMPARE(text[TemplateField::EmptyHistory], std::string("unkow"));
        QCOMPARE(text[TemplateField::PositiveAnswer], std::string("Yes"));
        QCOMPARE(text[TemplateField::Id], std::string("RecICL_films"));
        QCOMPARE(imported->notes.size(), std::size_t {1}); // on \n
    }

    void theImportedPromptReadsAsTheFile()
    {
        const auto imported = importTemplateText(promptOf(3), "films.txt", LineBreaks::Real);
        QVERIFY2(imported, show(imported).c_str());
        const auto prompt = exampleOf(checkTemplate(imported->text), imported->text).text;
        QVERIFY(prompt.starts_with("You predict whether 1 viewer enjoys a film. Below are a few examples:\n\n#Example "
                                   "1:\n#Question: Someone rated these films highly: unkow. Would they enjoy the film "
                                   "titled \"The Lighthouse\"? Answer with \"Yes\" or \"No\". \n#Answer:Yes\n\n"
                                   "#Example 2:\n"));
        QVERIFY(prompt.find("\n\n#Example 4:\n#Question: Someone rated these films highly: \"The Lighthouse\", \"Far "
                            "Harbour\". Would")
                != std::string::npos);
        QVERIFY(prompt.ends_with("\n#Answer:"));
        QVERIFY(imported->notes.empty());
    }

    void aPromptOverSeveralLinesIsOne()
    {
        const auto imported = importTemplateText(withRealBreaks(promptOf(2)), "films.txt");
        QVERIFY2(imported, show(imported).c_str());
        QVERIFY(imported->text == importTemplateText(promptOf(2), "films.txt", LineBreaks::Real)->text);
    }

    void aSingleQuestionWordsItsOwnExamples()
    {
        const std::string line = question + asked + cue;
        const auto imported = importTemplateText(line + "\r\n" + line, "tallrec.txt");
        QVERIFY2(imported, show(imported).c_str());
        QVERIFY(imported->text[TemplateField::Header].empty());
        QCOMPARE(imported->text[TemplateField::Demonstration], imported->text[TemplateField::Query] + "{answer}\\n\\n");
        QVERIFY(imported->notes.front().find("words no example") != std::string::npos);
    }

    void differingLinesAreNoted()
    {
        const auto imported = importTemplateText(promptOf(1) + "\n" + promptOf(2), "films.txt");
        QVERIFY(imported && imported->notes.front().find("The lines of the file differ") == 0);
    }

    void bracesOfTheFileStayCharacters()
    {
        const auto imported = importTemplateText("{a} [b] <ItemTitleList> <TargetItemTitle> Answer:", "x.txt");
        QVERIFY2(imported, show(imported).c_str());
        QCOMPARE(imported->text[TemplateField::Query], std::string("{{a}} [[b]] {history} \"{target}\" Answer:"));
    }

    void flawedFilesAreRefusedWithTheirPlace_data()
    {
        QTest::addColumn<QString>("content");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const std::string& content, const char* code, const char* words) {
            QTest::newRow(name) << QString::fromStdString(content) << code << words;
        };
        row("codes", "\n<ItemTitleList> of <UserID> and <TargetItemTitle> Answer:", "unsupported-format",
            "films.txt, line 2, character 20: <UserID> stands for a code of collaborative filtering");
        row("wrong number", example(1, false) + example(3, true), "inconsistent",
            "<ItemTitleList3> stands in example 2");
        row("other wording", promptOf(1) + "<Response2>\\n\\n" + example(3, false, "Sample ") + example(4, true),
            "inconsistent", "the examples of the prompt are not worded alike");
        row("no slots", "Once upon a time", "unsupported-format", "films.txt: this is no prompt file that is known");
        row("no cue", "<TargetItemTitle> <ItemTitleList>", "inconsistent", "must end with the cue");
        row("empty", " \n", "empty-file", "the file is empty");
        row("no samples", "[]", "empty-file", "no samples");
        auto withoutInput = sample;
        withoutInput.erase("input");
        auto numbered = sample;
        numbered["instruction"] = 1;
        row("missing input", fileOf({withoutInput}), "missing-field", "$[0].input");
        row("a number", fileOf({numbered}), "wrong-type", "$[0].instruction");
        row("no object", "[1]", "missing-field", "$[0].instruction");
        row("two lines", fileOf({sampleOf("a\nb")}), "unsupported-format", "$[0].input: has 2 lines");
        row("no target", fileOf({sampleOf("a\nb\nc")}), "unsupported-format", "$[0].input: asks for no title");
        row("other answer", fileOf({sample, sampleOf(emptyInput, "Maybe")}), "bad-value",
            "$[1].output: 'Maybe' is neither Yes nor No.");
        row("other instruction", fileOf({sample, sampleOf(emptyInput, "No.", "x")}), "inconsistent",
            "$[1].instruction: differs");
        row("other input", fileOf({sample, sampleOf("Liked: \nDisliked: \nIs \"X\" liked?")}), "inconsistent",
            "$[1].input: is worded differently");
        row("own form with a problem", "{\"version\": 1, \"id\": \"a\"}", "missing-field", "films.txt: $.");
        row("not UTF-8", "\xff", "invalid-utf8", "films.txt");
    }

    void flawedFilesAreRefusedWithTheirPlace()
    {
        QFETCH(QString, content);
        QFETCH(QString, code);
        QFETCH(QString, words);
        const std::string bytes = QTest::currentDataTag() == std::string("not UTF-8") ? "\xff" : content.toStdString();
        const auto imported = importTemplateText(bytes, "films.txt");
        QVERIFY(!imported);
        QCOMPARE(QString::fromStdString(std::string(errorName(imported.error().code))), code);
        QVERIFY2(imported.error().message.find(words.toStdString()) != std::string::npos,
                 imported.error().message.c_str());
    }

    void damagedFilesAreRefusedOrUsable()
    {
        const std::string sound[] {promptOf(2) + "\n" + promptOf(2), withRealBreaks(promptOf(1)), fileOf({sample})};
        RandomStream stream(11, "damage");
        for (int round = 0; round < 600; ++round) {
            std::string file = sound[round % 3];
            for (std::size_t change = 0; change <= stream.index(3); ++change) {
                const std::size_t at = stream.index(file.size());
                constexpr std::string_view bytes = "<>{}[]\"\\\n1\x80";
                if (stream.index(2) == 0)
                    file[at] = bytes[stream.index(bytes.size())];
                else
                    file.erase(at, 1 + stream.index(20));
            }
            const auto imported = importTemplateText(file, "films.txt");
            if (imported)
                QVERIFY(checkTemplate(imported->text).problems.empty());
            else
                QVERIFY2(imported.error().message.starts_with("films.txt"), imported.error().message.c_str());
        }
    }

    void samplesOfFilmsBecomeATemplate()
    {
        const auto imported = importTemplateText(fileOf({sample}), "movie.json");
        QVERIFY2(imported, show(imported).c_str());
        const TemplateText& text = imported->text;
        QVERIFY(text[TemplateField::Header].ends_with("### Instruction:\nSay {{yes}} or no.\n\n"));
        QCOMPARE(text[TemplateField::Query],
                 std::string("### Input:\nUser Preference: {history}\nUser Unpreference: \nWhether the user will like "
                             "the target movie \"{target}[ ({year})]\"?\n\n### Response:\n"));
        QCOMPARE(text[TemplateField::HistoryItem], std::string("\"{title}[ ({year})]\""));
        QCOMPARE(text[TemplateField::PositiveAnswer], std::string("Yes."));
        QCOMPARE(text[TemplateField::NegativeAnswer], std::string("No."));
        QVERIFY(imported->notes.front().find("User Unpreference: ") != std::string::npos);
    }

    void samplesOfBooksNameTheAuthor()
    {
        const auto imported =
            importTemplateText(fileOf({sampleOf("User Preference: \"Emma\" written by J. Austen\nUser Unpreference: \n"
                                                "Whether the user will like the target book \"Dune\"written byF. "
                                                "Herbert?")}),
                               "book.json");
        QVERIFY2(imported, show(imported).c_str());
        QCOMPARE(imported->text[TemplateField::HistoryItem], std::string("\"{title}\"[ written by {author}]"));
        QVERIFY(imported->text[TemplateField::Query].find("book \"{target}\"[written by{author}]?")
                != std::string::npos);
        QCOMPARE(imported->text[TemplateField::Attributes], std::string("author"));
    }

    void ownFilesAreTakenAsTheyAre()
    {
        const auto text = *builtInTemplateText("books");
        const auto imported = importTemplateText(text.json(), "x.json");
        QVERIFY2(imported, show(imported).c_str());
        QVERIFY(imported->text == text);
    }
};

QTEST_APPLESS_MAIN(TemplateImportTest)
#include "tst_templateimport.moc"
