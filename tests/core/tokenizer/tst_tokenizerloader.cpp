// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>

#include "tests/core/tokenizer/tokenizerdata.h"

using namespace driftscope;
using namespace driftscope::testing;
using tokenizer::loadTokenizer;

class TokenizerLoaderTest : public QObject
{
    Q_OBJECT

private slots:
    void badFilesGetTheKindOfTheirFlaw_data()
    {
        QTest::addColumn<QString>("kind");
        const auto expected = nlohmann::json::parse(readAll(dataPath("bad/expected.json")));
        for (const auto& [name, kind] : expected.items())
            QTest::newRow(name.c_str()) << QString::fromStdString(kind.is_null() ? "ok" : kind.get<std::string>());
    }

    void badFilesGetTheKindOfTheirFlaw()
    {
        QFETCH(const QString, kind);
        const auto loaded = loadTokenizer(dataPath(std::string("bad/") + QTest::currentDataTag()));
        QCOMPARE(QString::fromStdString(kindOf(loaded)), kind);
        if (!loaded)
            QVERIFY2(loaded.error().message.find(QTest::currentDataTag()) != std::string::npos,
                     loaded.error().message.c_str());
    }

    void unsupportedPartsAreNamed_data()
    {
        QTest::addColumn<int>("index");
        const auto rows = nlohmann::json::parse(readAll(dataPath("unsupported.json")));
        for (std::size_t i = 0; i < rows.size(); ++i)
            QTest::newRow(rows[i]["says"].get<std::string>().c_str()) << static_cast<int>(i);
    }

    void unsupportedPartsAreNamed()
    {
        QFETCH(const int, index);
        static const auto rows = nlohmann::json::parse(readAll(dataPath("unsupported.json")));
        const auto& row = rows[static_cast<std::size_t>(index)];
        nlohmann::json json = smallTokenizer({"a", "b", "ab"}, {{"a", "b"}});
        json[nlohmann::json::json_pointer(row["path"].get<std::string>())] = row["part"];
        const auto loaded = loadJson(json);
        QCOMPARE(kindOf(loaded), row["kind"].get<std::string>());
        QVERIFY2(messageOf(loaded).find(row["says"].get<std::string>()) != std::string::npos,
                 messageOf(loaded).c_str());
    }

    void idsNeedNotBeDense()
    {
        nlohmann::json json = smallTokenizer({"a", "b"}, {});
        json["model"]["vocab"]["b"] = 16'000'000;
        const auto loaded = loadJson(json);
        QVERIFY2(loaded, messageOf(loaded).c_str());
        QCOMPARE(shown((*loaded)->encode("ba")), QStringLiteral("16000000 0"));
        QCOMPARE((*loaded)->vocabularySize(), std::size_t {2});
        QCOMPARE((*loaded)->tokenText(16'000'000), std::string("b"));
        QCOMPARE((*loaded)->tokenText(5), std::string());
    }

    void folderFileAndGgufAreFound()
    {
        const ScratchFile json("tokenizer.json", smallTokenizer({"a", "b", "ab"}, {{"a", "b"}}).dump());
        QVERIFY(loadTokenizer(json.path()));
        QVERIFY(loadTokenizer(json.folder()));
        const std::string gguf = GgufBuilder()
                                     .text("tokenizer.ggml.model", "gpt2")
                                     .texts("tokenizer.ggml.tokens", {"a", "b", "ab"})
                                     .texts("tokenizer.ggml.merges", {"a b"})
                                     .content();
        const ScratchFile one("model.gguf", gguf);
        QVERIFY2(loadTokenizer(one.folder()), messageOf(loadTokenizer(one.folder())).c_str());
        QVERIFY(loadTokenizer(one.path()));
        QVERIFY(QFile::copy(QString::fromStdString(one.path()), QString::fromStdString(one.folder()) + "/other.gguf"));
        QCOMPARE(kindOf(loadTokenizer(one.folder())), std::string("not-found"));
        QVERIFY(QFile::rename(QString::fromStdString(one.path()), QString::fromStdString(one.folder()) + "/odd-name"));
        QVERIFY(loadTokenizer(one.folder() + "/odd-name"));
    }

    void nothingThereIsNotFound()
    {
        const QTemporaryDir folder;
        QCOMPARE(kindOf(loadTokenizer(folder.path().toStdString())), std::string("not-found"));
        QCOMPARE(kindOf(loadTokenizer(folder.path().toStdString() + "/none.json")), std::string("not-found"));
    }
};

QTEST_APPLESS_MAIN(TokenizerLoaderTest)
#include "tst_tokenizerloader.moc"
