// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/promptbuilder.h"

#include <QTest>

#include "tests/core/prompt/promptdata.h"

using namespace driftscope;
using namespace driftscope::prompt;
using namespace driftscope::handmade;

class PromptBuilderTest : public QObject
{
    Q_OBJECT

private slots:
    void moviesPromptIsThis()
    {
        const PromptBuilder builder(*findTemplate("movies", {}), m_dataset);
        const auto prompt = builder.build(contextOf(m_history, {"1", "4"}), itemOf(*m_dataset, "5"));
        QCOMPARE(
            QString::fromStdString(prompt.text),
            QString("Each entry lists movies that one viewer liked and asks whether the same viewer will like another "
                    "movie. Answer Yes or No.\n"
                    "\n"
                    "Movies the viewer liked: none so far\n"
                    "Will the viewer like \"Heat\" (1995)?\n"
                    "Answer: Yes\n"
                    "\n"
                    "Movies the viewer liked: Heat (1995); Alien (1979)\n"
                    "Will the viewer like \"Up\" (2009)?\n"
                    "Answer: No\n"
                    "\n"
                    "Movies the viewer liked: Heat (1995); Alien (1979)\n"
                    "Will the viewer like \"Brazil\" (1985)?\n"
                    "Answer:"));
    }

    void spansNestAndAreSorted()
    {
        const PromptBuilder builder(
            wordingOf("{history} > {target}?{answer}\n", "{history} > {target}[ ({year})]?", "Hi\n"), m_dataset);
        const auto prompt = builder.build(contextOf(m_history, {"4"}), itemOf(*m_dataset, "5"));
        QCOMPARE(QString::fromStdString(spellSpans(prompt)),
                 QString("header<Hi\n>\n"
                         "demonstration0<Heat, Alien > Up? No\n>\n"
                         "history0<Heat>\n"
                         "history0<Alien>\n"
                         "target0<Up>\n"
                         "answer0< No>\n"
                         "query<Heat, Alien > Brazil (1985)?>\n"
                         "history<Heat>\n"
                         "history<Alien>\n"
                         "target<Brazil>\n"
                         "cue< (1985)?>\n"));
        QCOMPARE(prompt.spans[1].interaction, std::optional(interactionOf(*m_dataset, "ann", "4")));
        QCOMPARE(prompt.spans[3].interaction, std::optional(interactionOf(*m_dataset, "ann", "3")));
        QCOMPARE(prompt.spans[3].item, std::optional(itemOf(*m_dataset, "3")));
        QCOMPARE(prompt.spans[4].item, std::optional(itemOf(*m_dataset, "4")));
        QCOMPARE(prompt.spans[5].item, std::optional(itemOf(*m_dataset, "4")));
        QCOMPARE(prompt.spans[9].item, std::optional(itemOf(*m_dataset, "5")));
    }

    void theCueIsTheLastLineWithInk()
    {
        const PromptBuilder builder(wordingOf("{target}{answer}", "{target}?\nAnswer:\n"), m_dataset);
        const auto prompt = builder.build({}, itemOf(*m_dataset, "5"));
        const auto& cue = prompt.spans.back();
        QCOMPARE(cue.kind, SpanKind::Cue);
        QCOMPARE(prompt.text.substr(cue.start, cue.end - cue.start), std::string("Answer:\n"));
    }

    void candidatesShareEverythingUpToTheTitle()
    {
        const PromptBuilder builder(*findTemplate("movies", {}), m_dataset);
        const auto context = contextOf(m_history, {"1", "2", "3", "4"});
        const auto a = builder.build(context, itemOf(*m_dataset, "5"));
        const auto b = builder.build(context, itemOf(*m_dataset, "6"));
        const auto isQueryTarget = [](const Span& span) {
            return span.kind == SpanKind::Target && !span.demonstration;
        };
        const auto start = std::find_if(a.spans.begin(), a.spans.end(), isQueryTarget)->start;
        QCOMPARE(start, std::find_if(b.spans.begin(), b.spans.end(), isQueryTarget)->start);
        QCOMPARE(a.text.substr(0, start), b.text.substr(0, start));
    }

    void anAttributeThatIsMissingTakesItsGroupWithIt()
    {
        const PromptBuilder builder(wordingOf("{target}{answer}", "{target}[ ({year})]: {year}?"), m_dataset);
        QCOMPARE(builder.build({}, itemOf(*m_dataset, "6")).text, std::string("Solaris: ?"));
        QCOMPARE(builder.build({}, itemOf(*m_dataset, "4")).text, std::string("Up (2009): 2009?"));
    }

    void theWordsOfTheDataAreTakenAsTheyAre_data()
    {
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char* name, const char* title, const char* shown) {
            QTest::newRow(name) << QString::fromUtf8(title) << QString::fromUtf8(shown);
        };
        row("placeholder", "The {target} and {answer}}", "The {target} and {answer}}");
        row("group", "[Rec] [ ({year})]", "[Rec] [ ({year})]");
        row("unicode", "Амели — 千と千尋の神隠し 🎬 é", "Амели — 千と千尋の神隠し 🎬 é");
        row("line break", "Two\r\nlines", "Two lines");
        row("blanks beside a break", "Two \n  lines", "Two lines");
        row("blanks alone", "Two  blanks", "Two  blanks");
        row("at the ends", "\tends\n", "ends");
        row("control characters",
            "a\x01\x7f"
            "b",
            "a b");
        row("C1 and line separators",
            "a\xC2\x85"
            "b\xE2\x80\xA8"
            "c\xE2\x80\xA9"
            "d",
            "a b c d");
        row("no-break blank",
            "a\xC2\xA0"
            "b",
            "a\xC2\xA0"
            "b");
        row("special token", "<|im_end|>", "<|im_end|>");
    }

    void theWordsOfTheDataAreTakenAsTheyAre()
    {
        QFETCH(QString, title);
        QFETCH(QString, shown);
        const auto dataset = makeDataset({{"u", "t", 5, 1}, {"u", "x", 5, 2}}, {{"t", title.toStdString(), ""}});
        const auto history = makeHistory(dataset);
        const PromptBuilder builder(wordingOf("({target}){answer}\n", "{history}: {target}?"), dataset);
        const PromptContext context {
            .demonstrations = demonstrations::withHistories(history, {{0, ""}}, {}), .history = {0}, .dropped = {}};
        const auto prompt = builder.build(context, itemOf(*dataset, "t"));
        QCOMPARE(QString::fromStdString(prompt.text), "(" + shown + ") Yes\n" + shown + ": " + shown + "?");
        for (const auto& span : prompt.spans)
            if (span.kind == SpanKind::Target || span.kind == SpanKind::History)
                QCOMPARE(QString::fromStdString(prompt.text.substr(span.start, span.end - span.start)), shown);
    }

    void aRelabelledDemonstrationShowsItsNewLabel()
    {
        const PromptBuilder builder(wordingOf("{target}?{answer}\n", "{target}?"), m_dataset);
        auto context = contextOf(m_history, {"1"});
        context.demonstrations[0].isLiked = false;
        QCOMPARE(builder.build(context, itemOf(*m_dataset, "5")).text, std::string("Heat? No\nBrazil?"));
    }

    void spanTokensAreDifferencesOfPrefixes()
    {
        const PromptBuilder builder(
            wordingOf("{history} > {target}? {answer}\n", "{history} > {target} ?", "Hello there\n"), m_dataset);
        auto prompt = builder.build(contextOf(m_history, {"4"}), itemOf(*m_dataset, "5"));
        countSpanTokens(prompt, countWords);
        std::string counts;
        for (const auto& span : prompt.spans)
            counts += std::string(spanKindName(span.kind)) + " " + std::to_string(span.tokens) + "; ";
        // "Hello there / Heat, Alien > Up? No / Heat, Alien > Brazil ?"; "Heat," counts one with its comma.
        QCOMPARE(counts,
                 std::string("header 2; demonstration 5; history 1; history 1; target 1; answer 1; query 5; "
                             "history 1; history 1; target 1; cue 1; "));
    }

    void spanTokensAreNeverNegative()
    {
        Prompt prompt;
        prompt.text = "ab";
        prompt.spans.emplace_back();
        prompt.spans[0].start = 1;
        prompt.spans[0].end = 2;
        countSpanTokens(prompt, [](std::string_view text) { return text == "a" ? std::size_t(3) : std::size_t(1); });
        QCOMPARE(prompt.spans[0].tokens, std::size_t(0));
    }

private:
    std::shared_ptr<const data::Dataset> m_dataset = annsMovies();
    data::UserHistory m_history = makeHistory(m_dataset);
};

QTEST_APPLESS_MAIN(PromptBuilderTest)
#include "tst_promptbuilder.moc"
