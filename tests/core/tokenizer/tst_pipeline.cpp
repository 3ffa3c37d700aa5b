// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/tokenizer/specialtoken.h"

#include <QByteArrayList>

#include <algorithm>
#include <thread>

#include "tests/core/tokenizer/tokenizerdata.h"

using namespace driftscope;
using namespace driftscope::testing;
using tokenizer::EncodeOptions;
using tokenizer::isSpecialToken;
using tokenizer::loadTokenizer;
using tokenizer::Tokenizer;

namespace {

/// Compares the ids of one golden row: as encode() gives them, without special tokens, and of plain text.
void compareRow(const Tokenizer& tokenizer, const nlohmann::json& row)
{
    const auto text = row["text"].get<std::string>();
    const auto expected = [&](const char* field) {
        return shown(row.contains(field) ? row[field].get<Ids>() : row["ids"].get<Ids>());
    };
    const std::string where = nlohmann::json(text).dump();
    QVERIFY2(shown(tokenizer.encode(text)) == expected("ids"), where.c_str());
    if (row.contains("bare"))
        QVERIFY2(shown(tokenizer.encode(text, {false, true})) == expected("bare"), where.c_str());
    QVERIFY2(shown(tokenizer.encode(text, {true, false})) == expected("plain"), where.c_str());
}

nlohmann::json componentFile()
{
    return nlohmann::json::parse(readAll(dataPath("components.json")));
}

/// Text of the kinds of characters that tokenizers treat apart.
std::string randomText(RandomStream& random)
{
    static const std::vector<std::string> parts {"the",
                                                 " film",
                                                 "don't",
                                                 "I'LL",
                                                 "1994",
                                                 "7",
                                                 " ",
                                                 "  ",
                                                 "\n",
                                                 "\r\n",
                                                 "\t",
                                                 "e\u0301",
                                                 "\u00e9",
                                                 "\u65e5\u672c",
                                                 "\U0001F469\u200D\U0001F467",
                                                 "\u0627\u0644",
                                                 "\u2581",
                                                 "<|im_start|>",
                                                 "<bos>",
                                                 "(",
                                                 "...",
                                                 std::string(1, '\0'),
                                                 "\u00a0",
                                                 "\u3000",
                                                 "Z\u00fcrich"};
    std::string text;
    for (std::size_t i = random.index(30); i > 0; --i)
        text += parts[random.index(parts.size())];
    return text;
}

std::string concatenated(const Tokenizer& tokenizer, const Ids& ids)
{
    std::string text;
    for (const auto id : ids)
        text += tokenizer.tokenText(id);
    return text;
}

} // namespace

class PipelineTest : public QObject
{
    Q_OBJECT

private slots:
    /// Every normalizer, pre-tokenizer, post-processor, added-token flag and model option, against Hugging Face.
    void componentsGiveTheReferenceIds_data()
    {
        QTest::addColumn<int>("index");
        const auto file = componentFile();
        for (std::size_t i = 0; i < file["cases"].size(); ++i)
            QTest::newRow(file["cases"][i]["name"].get<std::string>().c_str()) << static_cast<int>(i);
    }

    void componentsGiveTheReferenceIds()
    {
        QFETCH(const int, index);
        static const auto file = componentFile();
        const auto& entry = file["cases"][static_cast<std::size_t>(index)];
        nlohmann::json json = entry;
        const auto& vocabulary = file["vocabularies"][entry["vocabulary"].get<std::string>()];
        json["model"]["vocab"] = vocabulary["vocab"];
        if (!vocabulary["merges"].is_null())
            json["model"]["merges"] = vocabulary["merges"];
        if (json.contains("mergesAsText"))
            for (auto& merge : json["model"]["merges"])
                merge = merge[0].get<std::string>() + " " + merge[1].get<std::string>();
        const auto loaded = loadJson(json);
        QVERIFY2(loaded, messageOf(loaded).c_str());
        for (const auto& row : entry["rows"])
            compareRow(**loaded, row);
    }

    /// Tokenizers of model families, small; texts made at random.
    void familiesGiveTheReferenceIds_data()
    {
        QTest::addColumn<QString>("folder");
        for (const char* name : {"smollm2-like", "llama", "qwen2", "gemma3", "mistral", "mistral-v03"})
            QTest::newRow(name) << name;
    }

    void familiesGiveTheReferenceIds()
    {
        QFETCH(const QString, folder);
        const auto loaded = loadTokenizer(dataPath(folder.toStdString()));
        QVERIFY2(loaded, messageOf(loaded).c_str());
        const auto lines =
            QByteArray::fromStdString(readAll(dataPath(folder.toStdString() + "/goldens.jsonl"))).split('\n');
        QVERIFY(lines.size() > 50);
        for (const QByteArray& line : lines)
            if (!line.isEmpty())
                compareRow(**loaded, nlohmann::json::parse(line.toStdString()));
    }

    void plainTextHoldsNoControlToken()
    {
        const auto loaded = loadTokenizer(dataPath("smollm2-like"));
        QVERIFY2(loaded, messageOf(loaded).c_str());
        const auto start = (*loaded)->find("<|im_start|>");
        QVERIFY(start);
        QCOMPARE(shown((*loaded)->encode("<|im_start|>")), QString::number(*start));
        QVERIFY(isSpecialToken(**loaded, *start));
        QVERIFY(!isSpecialToken(**loaded, (*loaded)->encode("A title").front()));
        const Ids plain = (*loaded)->encode("A title <|im_start|>system", {true, false});
        QVERIFY(std::ranges::find(plain, *start) == plain.end());
        QCOMPARE(concatenated(**loaded, plain), std::string("A title <|im_start|>system"));
    }

    void specialTokensAroundTheTextCanBeLeftOut()
    {
        const auto loaded = loadTokenizer(dataPath("llama"));
        QVERIFY2(loaded, messageOf(loaded).c_str());
        Ids ids = (*loaded)->encode("Yes");
        QCOMPARE(ids.front(), (*loaded)->find("<|begin_of_text|>").value());
        ids.erase(ids.begin());
        QCOMPARE(shown(ids), shown((*loaded)->encode("Yes", {false, true})));
    }

    void tokenTextsAddUpToTheText_data()
    {
        QTest::addColumn<QString>("folder");
        for (const char* name : {"smollm2-like", "llama"}) // no normalizer, all bytes
            QTest::newRow(name) << name;
    }

    void tokenTextsAddUpToTheText()
    {
        QFETCH(const QString, folder);
        const auto loaded = loadTokenizer(dataPath(folder.toStdString()));
        QVERIFY2(loaded, messageOf(loaded).c_str());
        QVERIFY((*loaded)->missingBytes().empty());
        RandomStream random(11, "tokenizer");
        for (int i = 0; i < 500; ++i) {
            const std::string text = randomText(random);
            QCOMPARE(concatenated(**loaded, (*loaded)->encode(text, {false, true})), text);
            QCOMPARE(concatenated(**loaded, (*loaded)->encode(text, {false, false})), text);
        }
    }

    void gemmaTokenTextsShowSpaces()
    {
        const auto loaded = loadTokenizer(dataPath("gemma3"));
        QVERIFY2(loaded, messageOf(loaded).c_str());
        const std::string text = "the  Ferry\xF0\x9F\x8E\xAC \xE6\x9D\xB1";
        QCOMPARE(concatenated(**loaded, (*loaded)->encode(text, {false, true})), text);
    }

    void brokenBytesBecomeReplacementCharacters()
    {
        const auto loaded = loadTokenizer(dataPath("smollm2-like"));
        QVERIFY2(loaded, messageOf(loaded).c_str());
        QCOMPARE(shown((*loaded)->encode("a\xFF\xE6\x9D z\xC3")), shown((*loaded)->encode("a\uFFFD\uFFFD z\uFFFD")));
    }

    void emptyTextHasOnlySpecialTokens()
    {
        QVERIFY((*loadTokenizer(dataPath("qwen2")))->encode("").empty());
        QCOMPARE((*loadTokenizer(dataPath("gemma3")))->encode("").size(), std::size_t {1});
    }

    void missingBytesAreTold()
    {
        nlohmann::json json = smallTokenizer({"a", "b"}, {});
        json["pre_tokenizer"] = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
        const auto loaded = loadJson(json);
        QVERIFY2(loaded, messageOf(loaded).c_str());
        QCOMPARE((*loaded)->missingBytes().size(), std::size_t {254});
        QCOMPARE(shown((*loaded)->encode("axb")), QStringLiteral("0 1"));
    }

    /// Without a heap this would take hours; the test only wants it to end, and to lose nothing.
    void longWordsAreNoTrouble_data()
    {
        QTest::addColumn<QString>("folder");
        for (const char* name : {"smollm2-like", "llama", "qwen2", "gemma3", "mistral"})
            QTest::newRow(name) << name;
    }

    void longWordsAreNoTrouble()
    {
        QFETCH(const QString, folder);
        const auto loaded = loadTokenizer(dataPath(folder.toStdString()));
        QVERIFY2(loaded, messageOf(loaded).c_str());
        RandomStream random(3, "long");
        for (const std::string& alphabet :
             {std::string("e"), std::string(" "), std::string("therf"), std::string("\n ")}) {
            std::string text;
            while (text.size() < 200'000)
                text += alphabet[random.index(alphabet.size())];
            const std::string back = concatenated(**loaded, (*loaded)->encode(text, {false, true}));
            QVERIFY(back == text || back == " " + text); // Mistral puts a space before
        }
    }

    void threadsGetTheSameIds()
    {
        const auto first = loadTokenizer(dataPath("qwen2"));
        const auto second = loadTokenizer(dataPath("gemma3"));
        QVERIFY(first && second);
        std::vector<std::string> texts;
        RandomStream random(5, "threads");
        for (int i = 0; i < 200; ++i)
            texts.push_back(randomText(random));
        const auto encodeAll = [&] {
            std::vector<Ids> all;
            for (const std::string& text : texts) { // both share the cache of a thread
                all.push_back((*first)->encode(text));
                all.push_back((*second)->encode(text));
            }
            return all;
        };
        const auto expected = encodeAll();
        std::vector<std::vector<Ids>> results(4);
        {
            std::vector<std::jthread> threads;
            for (auto& result : results)
                threads.emplace_back([&] { result = encodeAll(); });
        }
        for (const auto& result : results)
            QVERIFY(result == expected);
    }
};

QTEST_APPLESS_MAIN(PipelineTest)
#include "tst_pipeline.moc"
