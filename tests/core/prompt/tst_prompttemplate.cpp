// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/prompttemplate.h"
#include "core/prompt/templateblocks.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace driftscope;
using namespace driftscope::prompt;

namespace {

nlohmann::json sound()
{
    return {{"version", 1},
            {"id", "mine"},
            {"title", "Mine"},
            {"help", "A test."},
            {"header", "Say Yes or No.\n"},
            {"demonstration", "{history} -> {target}?{answer}\n"},
            {"query", "{history} -> {target}[ ({year})]?"},
            {"answers", {{"positive", " Yes"}, {"negative", " No"}}},
            {"historyItem", "{title}"},
            {"historySeparator", ", "},
            {"emptyHistory", "-"}};
}

/// "literal|{placeholder}|..." with "/n" behind what stands in group n.
std::string spell(const std::vector<TemplatePiece>& pieces)
{
    std::string text;
    for (const auto& piece : pieces) {
        text += (text.empty() ? "" : "|") + (piece.isPlaceholder ? "{" + piece.text + "}" : piece.text);
        if (piece.group != 0)
            text += "/" + std::to_string(piece.group);
    }
    return text;
}

} // namespace

class PromptTemplateTest : public QObject
{
    Q_OBJECT

private slots:
    void splitsBlocksIntoPieces()
    {
        const auto wording = PromptTemplate::parse(sound().dump(), "mine.json");
        QVERIFY2(wording, wording ? "" : wording.error().message.c_str());
        QCOMPARE(wording->id, std::string("mine"));
        QCOMPARE(spell(wording->header), std::string("Say Yes or No.\n"));
        QCOMPARE(spell(wording->demonstration), std::string("{history}| -> |{target}|?|{answer}|\n"));
        QCOMPARE(spell(wording->query), std::string("{history}| -> |{target}| (/1|{year}/1|)/1|?"));
        QCOMPARE(wording->positiveAnswer, std::string(" Yes"));
        QCOMPARE(wording->source, sound().dump());
    }

    void doubledBracesAndBracketsAreCharacters()
    {
        auto json = sound();
        json["header"] = "{{a}} [[b]]";
        json["historyItem"] = "{title}[ [[{genres}]]]";
        const auto wording = PromptTemplate::parse(json.dump(), "mine.json");
        QVERIFY2(wording, wording ? "" : wording.error().message.c_str());
        QCOMPARE(spell(wording->header), std::string("{a} [b]"));
        QCOMPARE(spell(wording->historyItem), std::string("{title}| [/1|{genres}/1|]/1"));
    }

    void declaredAttributesAreKnown()
    {
        auto json = sound();
        json["attributes"] = {"author", "play time"};
        json["query"] = "{target} {author} {play time}?";
        QVERIFY(PromptTemplate::parse(json.dump(), "mine.json"));
    }

    void refusesWhatCannotWork_data()
    {
        // Unbalanced braces stand in plain literals: moc does not see the end of such raw ones.
        QTest::addColumn<QString>("patch"); // RFC 7386 merge patch
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const char* patch, const char* code, const char* words) {
            QTest::newRow(name) << patch << code << words;
        };
        row("unknown placeholder", R"({"query": "{history} → {titel}?"})", "bad-value",
            "$.query: character 13: the placeholder {titel} is unknown; known here: {history}, {target}, {number}, "
            "{year}, {genres}.");
        row("unknown in historyItem", R"({"historyItem": "{target}"})", "bad-value", "known here: {title}, {year}");
        row("placeholder in header", R"({"header": "Hello {target}"})", "bad-value",
            "$.header: character 7: the placeholder {target} is unknown; this block takes no placeholders.");
        row("query without target", R"({"query": "{history}?"})", "bad-value",
            "must contain {target} once, not 0 times");
        row("query with two targets", R"({"query": "{target}{target}?"})", "bad-value", "once, not 2 times");
        row("answer in query", R"({"query": "{target}?{answer}"})", "bad-value", "the placeholder {answer} is unknown");
        row("no cue", R"({"query": "Will they like {target}"})", "bad-value", "must end with the cue");
        row("blank cue", R"({"query": "Will they like {target}\n "})", "bad-value", "must end with the cue");
        row("number in historyItem", R"({"historyItem": "{number} {title}"})", "bad-value",
            "the placeholder {number} is unknown");
        row("cue in a group", R"({"query": "{target}[{year}?]"})", "bad-value", "must end with the cue");
        row("empty query", R"({"query": ""})", "bad-value", "{target} once, not 0 times");
        row("attribute before target", R"({"query": "{year} {target}?"})", "bad-value",
            "{year} stands before {target}");
        row("two histories", R"({"query": "{history}{history}{target}?"})", "bad-value", "{history} more than once");
        row("demonstration without target", R"({"demonstration": "{answer}"})", "bad-value", "{target} once");
        row("demonstration without answer", R"({"demonstration": "{target}"})", "bad-value", "{answer} once");
        row("two histories shown", R"({"demonstration": "{history}{history}{target}{answer}"})", "bad-value",
            "$.demonstration: character 10: the block contains {history} more than once");
        row("target in a group", R"({"query": "[{target}]?"})", "bad-value", "stands in an optional group");
        row("item without title", R"({"historyItem": "{year}"})", "bad-value",
            "$.historyItem: the block must contain {title}");
        row("open brace", "{\"header\": \"ab{c\"}", "bad-value", "$.header: character 3: '{' opens a placeholder");
        row("lone closing brace", "{\"header\": \"äb}c\"}", "bad-value", "character 3: '}' stands alone");
        row("open bracket", "{\"header\": \"a[c\"}", "bad-value", "character 2: '[' opens an optional group");
        row("lone closing bracket", "{\"header\": \"a]c\"}", "bad-value", "character 2: ']' closes no");
        row("nested groups", "{\"historyItem\": \"{title}[ [{year}]\"}", "bad-value", "inside another");
        row("group without placeholder", R"({"header": "[abc]"})", "bad-value", "has no placeholder");
        row("unknown field", R"({"footer": "x"})", "unknown-field", "$.footer");
        row("unknown answer", R"({"answers": {"maybe": " Maybe"}})", "unknown-field", "$.answers.maybe");
        row("missing block", R"({"query": null})", "missing-field", "$.query");
        row("missing answers", R"({"answers": null})", "missing-field", "$.answers");
        row("missing version", R"({"version": null})", "missing-field", "$.version");
        row("missing separator", R"({"historySeparator": null})", "missing-field", "$.historySeparator");
        row("wrong type", R"({"header": 3})", "wrong-type", "$.header");
        row("attributes of a wrong type", R"({"attributes": "author"})", "wrong-type", "$.attributes");
        row("attribute named target", R"({"attributes": ["target"]})", "bad-value",
            "$.attributes[0]: 'target' cannot name");
        row("attribute with a brace", "{\"attributes\": [\"a\", \"{b\"]}", "bad-value", "$.attributes[1]");
        row("newer version", R"({"version": 2})", "unsupported-version", "reads template version 1, not 2");
        row("id with a blank", R"({"id": "my own"})", "bad-value", "$.id");
        row("empty answer", R"({"answers": {"negative": " "}})", "bad-value",
            "$.answers.negative: the answer is empty");
        row("same answers", R"({"answers": {"negative": " Yes"}})", "bad-value", "are the same");
    }

    void refusesWhatCannotWork()
    {
        QFETCH(QString, patch);
        QFETCH(QString, code);
        QFETCH(QString, words);
        auto json = sound();
        json.merge_patch(nlohmann::json::parse(patch.toStdString()));
        const auto wording = PromptTemplate::parse(json.dump(), "mine.json");
        QVERIFY(!wording);
        const auto& message = wording.error().message;
        QCOMPARE(QString::fromStdString(std::string(errorName(wording.error().code))), code);
        QVERIFY2(message.starts_with("mine.json: $"), message.c_str());
        QVERIFY2(message.find(words.toStdString()) != std::string::npos, message.c_str());
    }

    void refusesWhatIsNoJson()
    {
        QCOMPARE(PromptTemplate::parse("{", "mine.json").error().code, ErrorCode::BadJson);
        QCOMPARE(PromptTemplate::parse("[]", "mine.json").error().code, ErrorCode::WrongType);
        QCOMPARE(PromptTemplate::parse("{\"id\": \"\xff\"}", "mine.json").error().code, ErrorCode::InvalidUtf8);
        QCOMPARE(PromptTemplate::parse(R"({"id": "a", "id": "b"})", "mine.json").error().code, ErrorCode::DuplicateKey);
        QCOMPARE(PromptTemplate::load("/there/is/none.json").error().code, ErrorCode::NotFound);
    }

    void numbersMayStandBeforeTheTarget()
    {
        auto json = sound();
        json["query"] = "#{number}: {target}?";
        json["demonstration"] = "#{number}: {target}?{answer}\n";
        const auto wording = PromptTemplate::parse(json.dump(), "mine.json");
        QVERIFY2(wording, wording ? "" : wording.error().message.c_str());
        QCOMPARE(spell(wording->query), std::string("#|{number}|: |{target}|?"));
    }

    void builtInTemplatesAreSound()
    {
        QCOMPARE(builtInTemplateIds(), (std::vector<std::string> {"books", "games", "items", "movies", "titles"}));
        for (const auto& id : builtInTemplateIds()) {
            const auto wording = findTemplate(id, {});
            QVERIFY2(wording, wording ? "" : wording.error().message.c_str());
            QCOMPARE(wording->id, id);
            QCOMPARE(wording->positiveAnswer, std::string(" Yes"));
            QCOMPARE(wording->negativeAnswer, std::string(" No"));
            QVERIFY(wording->query.back().text.ends_with(":"));
            QVERIFY(!wording->title.empty() && wording->help.ends_with('.'));
        }
    }

    void findsTemplateFilesBesideTheExperiment()
    {
        const QTemporaryDir folder;
        const std::filesystem::path base = folder.path().toStdString();
        std::ofstream(base / "mine.json") << sound().dump();
        QCOMPARE(findTemplate("mine.json", base)->id, std::string("mine"));
        QCOMPARE(findTemplate((base / "mine.json").string(), {})->id, std::string("mine"));
    }

    void aTemplateCanBeItsOwnText()
    {
        QCOMPARE(findTemplate(sound().dump(), {})->id, std::string("mine"));
        QVERIFY(!findTemplate("{\"version\": 1}", {}));
    }

    void blocksAreEditedAsText()
    {
        const auto movies = *findTemplate("movies", {});
        TemplateBlocks blocks = blocksOf(movies);
        QVERIFY(blocks.query.find("{target}") != std::string::npos);
        blocks.header = "Say:\n";
        const auto edited = withBlocks(movies, blocks);
        QVERIFY2(edited, edited ? "" : edited.error().message.c_str());
        QVERIFY(blocksOf(*edited) == blocks);
        QCOMPARE(edited->id, std::string("movies-edited"));
        QCOMPARE(withBlocks(*edited, blocks)->id, edited->id);
        QCOMPARE(edited->positiveAnswer, movies.positiveAnswer);
        blocks.query = "{target}";
        QVERIFY(withBlocks(movies, blocks).error().message.find("cue") != std::string::npos);
        QCOMPARE(findTemplate(edited->source, {})->id, edited->id);
    }

    void unknownTemplatesAreNamedWithTheKnownOnes()
    {
        for (const auto* name : {"filems", "", "none.json"}) {
            const auto wording = findTemplate(name, "/there/is");
            QCOMPARE(wording.error().code, ErrorCode::UnknownName);
            QVERIFY(wording.error().message.find("books, games, items, movies") != std::string::npos);
        }
    }
};

QTEST_APPLESS_MAIN(PromptTemplateTest)
#include "tst_prompttemplate.moc"
