// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/templateexample.h"
#include "core/prompt/templatefolder.h"
#include "core/prompt/templatetext.h"

#include <QTest>

#include "tests/core/prompt/promptdata.h"

using namespace driftscope;
using namespace driftscope::prompt;

namespace {

TemplateText sound()
{
    return *builtInTemplateText("movies");
}

/// "query 3-9: message" of every problem.
std::string spell(const std::vector<TemplateProblem>& problems)
{
    std::string text;
    for (const auto& problem : problems) {
        text += std::string(templateFieldPath(problem.field));
        if (problem.where)
            text += " " + std::to_string(problem.where->start) + "-" + std::to_string(problem.where->end);
        text += ": " + problem.message.substr(0, 40) + "\n";
    }
    return text;
}

} // namespace

class TemplateTextTest : public QObject
{
    Q_OBJECT

private slots:
    void textsSurviveTheWayThroughTheFile()
    {
        for (const auto& id : builtInTemplateIds()) {
            const auto text = builtInTemplateText(id);
            QVERIFY(text);
            QVERIFY(checkTemplate(*text).problems.empty());
            const auto again = TemplateText::parse(text->json(), "again");
            QVERIFY(again && *again == *text);
            const auto wording = PromptTemplate::parse(text->json(), "again");
            QVERIFY2(wording, wording ? "" : wording.error().message.c_str());
            QCOMPARE(wording->positiveAnswer, findTemplate(id, {})->positiveAnswer);
        }
    }

    void unfinishedTextsAreReadAsFarAsTheyGo()
    {
        const auto text =
            TemplateText::parse("{\"query\": \"{target\", \"answers\": {\"positive\": \" Yes\"}, \"x\": 1}", "draft");
        QVERIFY(text);
        QCOMPARE((*text)[TemplateField::Query], std::string("{target"));
        QCOMPARE((*text)[TemplateField::PositiveAnswer], std::string(" Yes"));
        QVERIFY((*text)[TemplateField::Header].empty());
        QCOMPARE(TemplateText::parse(R"({"query": 3})", "draft").error().code, ErrorCode::WrongType);
    }

    void everyProblemIsFoundWithItsPlace()
    {
        auto text = sound();
        text[TemplateField::Header] = "Hello {who}, {whom}";
        text[TemplateField::Query] = "ä {year} {target} {tit";
        text[TemplateField::NegativeAnswer] = " Yes";
        text[TemplateField::Attributes] = "author, tar{get, target";
        QCOMPARE(spell(checkTemplate(text).problems),
                 std::string("header 6-11: the placeholder {who} is unknown; this b\n"
                             "header 13-19: the placeholder {whom} is unknown; this \n"
                             "query 19-20: '{' opens a placeholder that no '}' clos\n"
                             "query 3-9: {year} stands before {target}; the text \n"
                             "answers.negative: the positive and the negative answer are\n"
                             "attributes 8-15: 'tar{get' cannot name an item attribute:\n"
                             "attributes 17-23: 'target' cannot name an item attribute: \n"));
        QCOMPARE(characterNumber(text[TemplateField::Query], 3), std::size_t {3});
    }

    void aPlaceholderTooManyIsPointedAt()
    {
        auto text = sound();
        text[TemplateField::Demonstration] = "{target} {target}{answer}";
        QCOMPARE(spell(checkTemplate(text).problems),
                 std::string("demonstration 9-17: the block must contain {target} once, no\n"));
    }

    void anOpenBraceDoesNotSwallowTheNextPlaceholder()
    {
        auto text = sound();
        text[TemplateField::Query] = "{tit\n{target}? Answer:";
        const auto problems = checkTemplate(text).problems;
        QCOMPARE(problems.size(), std::size_t {1});
        QCOMPARE(problems.front().where->start, std::size_t {0});
        QCOMPARE(problems.front().where->end, std::size_t {1});
    }

    void marksAreWhatIsMoreThanLiteral()
    {
        auto text = sound();
        text[TemplateField::HistoryItem] = "{{{title}[ ({year})] {nonsense}";
        std::string spelt;
        for (const auto& mark : markTemplate(TemplateField::HistoryItem, text))
            spelt += text[TemplateField::HistoryItem].substr(mark.where.start, mark.where.end - mark.where.start) + " ";
        QCOMPARE(spelt, std::string("{{ {title} [ {year} ] "));
        QVERIFY(markTemplate(TemplateField::HistorySeparator, text).empty());
    }

    void completionOffersWhatTheBlockMayUse()
    {
        auto text = sound();
        text[TemplateField::Attributes] = "author, year, target";
        const auto names = [&](TemplateField field) {
            std::string list;
            for (const auto& known : knownPlaceholders(field, text))
                list += known.name + " ";
            return list;
        };
        QCOMPARE(names(TemplateField::Demonstration), std::string("history target answer number year genres author "));
        QCOMPARE(names(TemplateField::Query), std::string("history target number year genres author "));
        QCOMPARE(names(TemplateField::HistoryItem), std::string("title year genres author "));
        QCOMPARE(names(TemplateField::Header), std::string());
    }

    void theExampleShowsGroupsBothWays()
    {
        const auto text = sound();
        const auto prompt = exampleOf(checkTemplate(text), text);
        QVERIFY(prompt.text.find("\"Far Harbour\" (1994)?") != std::string::npos);
        QVERIFY(prompt.text.ends_with("Will the viewer like \"The Long Field\"?\nAnswer:"));
        QVERIFY(prompt.text.find("liked: none so far") != std::string::npos);
        QVERIFY(prompt.text.find("Answer: No") != std::string::npos);
    }

    void numbersCountDemonstrationsAndTheQuery()
    {
        auto text = sound();
        text[TemplateField::Demonstration] = "#{number} {target}{answer}\n";
        text[TemplateField::Query] = "#{number} {target}:";
        text[TemplateField::Header] = "";
        QCOMPARE(exampleOf(checkTemplate(text), text).text,
                 std::string("#1 The Lighthouse Yes\n#2 Far Harbour Yes\n#3 Paper Moons No\n#4 The Long Field:"));
    }

    void costsTellWordingFromWhatIsFilledIn()
    {
        const auto text = sound();
        auto prompt = exampleOf(checkTemplate(text), text);
        countSpanTokens(prompt, handmade::countWords);
        const auto costs = blockCosts(prompt);
        QCOMPARE(costs.size(), std::size_t {4});
        QCOMPARE(costs[0].field, TemplateField::Header);
        QCOMPARE(costs[0].tokens, costs[0].wordingTokens);
        QCOMPARE(costs[1].field, TemplateField::Demonstration);
        QCOMPARE(costs[1].count, std::size_t {3});
        QVERIFY(costs[1].wordingTokens > 0 && costs[1].wordingTokens < costs[1].tokens);
        QCOMPARE(costs[2].field, TemplateField::Query);
        QCOMPARE(costs[2].count, std::size_t {1});
        QCOMPARE(costs[3].field, TemplateField::HistoryItem);
    }
};

QTEST_APPLESS_MAIN(TemplateTextTest)
#include "tst_templatetext.moc"
