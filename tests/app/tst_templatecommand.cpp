// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "tests/app/runprogram.h"

using namespace driftscope::test;

class TestTemplateCommand : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", m_home->path().toUtf8());
    }

    void anImportedTemplateIsFoundByExperiments()
    {
        const auto imported = runProgram({"template", "import", DRIFTSCOPE_TEST_DATA "/prompts/recicl.txt",
                                          "--line-breaks", "real", "--id", "films", "--json"});
        QVERIFY2(imported.exitCode == 0, imported.errors.constData());
        QCOMPARE(imported.json()["id"].toString(), QStringLiteral("films"));
        QVERIFY(QFile::exists(imported.json()["file"].toString()));
        QVERIFY(runProgram({"template", "list"}).out.contains("films  recicl"));
        const auto shown = runProgram({"template", "show", "films"});
        QVERIFY(shown.json()["query"].toString().startsWith(QStringLiteral("#Example {number}:\n#Question: ")));

        const QTemporaryDir folder;
        writeDataset(folder.path());
        auto experiment = experimentObject();
        experiment["arms"] = QJsonArray {QJsonObject {
            {"name", "two"}, {"selector", QJsonObject {{"id", "recent"}, {"k", 2}}}, {"template", "films"}}};
        const auto prompt = runProgram({"prompt", writeExperiment(folder.path(), experiment), "--user", "3", "--at",
                                        "9", "--scorer", "fake", "--json"});
        QVERIFY2(prompt.exitCode == 0, prompt.errors.constData());
        const QString text = prompt.json()["text"].toString();
        QVERIFY(text.startsWith(QStringLiteral("You predict whether a viewer will enjoy a film.")));
        QVERIFY(text.contains(QStringLiteral("#Example 3:\n#Question: ")) && text.endsWith(QStringLiteral("#Answer:")));
    }

    void everyProblemIsListed()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("flawed.json"));
        writeTextFile(path, R"({"version": 1, "id": "flawed", "title": "x", "header": "{a}", "demonstration": "x",
                                "query": "Films\n{target} {who}:", "answers": {"positive": " Yes", "negative": ""},
                                "historyItem": "{title}", "historySeparator": ", ", "emptyHistory": ""})");
        const auto checked = runProgram({"template", "check", path, "--json"});
        QCOMPARE(checked.exitCode, 1);
        const auto problems = checked.json()["problems"].toArray();
        QCOMPARE(problems.size(), 5);
        QCOMPARE(problems[3]["field"].toString(), QStringLiteral("query"));
        QCOMPARE(problems[3]["line"].toInt(), 2);
        QVERIFY(checked.errors.contains("flawed.json: 5 problem(s)"));
        QCOMPARE(runProgram({"template", "check", DRIFTSCOPE_SOURCE_DIR "/resources/templates/books.json"}).exitCode,
                 0);
    }

    void whatCannotBeImportedIsSaidWithItsPlace()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("codes.txt"));
        writeTextFile(path, "<ItemTitleList> of <UserID> and <TargetItemTitle> Answer:");
        const auto imported = runProgram({"template", "import", path});
        QCOMPARE(imported.exitCode, 1);
        QVERIFY(imported.errors.contains("codes.txt, line 1, character 20: <UserID> stands for a code"));
        QVERIFY(imported.out.isEmpty());
        QCOMPARE(runProgram({"template", "import", path, "--line-breaks", "some"}).exitCode, 2);
        QCOMPARE(runProgram({"template"}).exitCode, 2);
    }

private:
    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_APPLESS_MAIN(TestTemplateCommand)
#include "tst_templatecommand.moc"
