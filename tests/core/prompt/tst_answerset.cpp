// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/answerset.h"

#include <QTest>

#include <map>

using namespace driftscope;
using namespace driftscope::prompt;

namespace {

using Ids = std::vector<std::int32_t>;

/// Longest-match tokenizer over a few words; every other byte is a token of its own.
PlainEncoder encoderOf(const std::map<std::string, std::int32_t>& words)
{
    return [words](std::string_view text) {
        Ids ids;
        while (!text.empty()) {
            std::size_t width = 1;
            std::int32_t id = static_cast<unsigned char>(text.front());
            for (const auto& [word, number] : words) {
                if (word.size() >= width && text.starts_with(word)) {
                    width = word.size();
                    id = number;
                }
            }
            ids.push_back(id);
            text.remove_prefix(width);
        }
        return ids;
    };
}

const std::string heatPrompt = "Some instruction that is long enough.\nWill the viewer like \"Heat\"?\nAnswer:";

} // namespace

class AnswerSetTest : public QObject
{
    Q_OBJECT

private slots:
    void oneTokenAnswersNeedNoWarning()
    {
        const auto resolved = resolveAnswers(heatPrompt, {" Yes", " No"}, encoderOf({{" Yes", 1000}, {" No", 1001}}));
        QVERIFY(resolved);
        QCOMPARE(resolved->answers, (std::vector<Ids> {{1000}, {1001}}));
        QCOMPARE(resolved->warning, std::string());
    }

    void theLeadingBlankMakesAnotherToken()
    {
        const auto encode = encoderOf({{" Yes", 1000}, {" No", 1001}, {"Yes", 1002}, {"No", 1003}});
        QCOMPARE(resolveAnswers(heatPrompt, {"Yes", "No"}, encode)->answers, (std::vector<Ids> {{1002}, {1003}}));
    }

    void twoTokenAnswersAreWarnedAbout()
    {
        const auto resolved =
            resolveAnswers(heatPrompt, {" Yes", " No"}, encoderOf({{" ", 7}, {"Yes", 1000}, {" No", 1001}}));
        QVERIFY(resolved);
        QCOMPARE(resolved->answers, (std::vector<Ids> {{7, 1000}, {1001}}));
        QCOMPARE(
            resolved->warning,
            std::string("The answer \" Yes\" is 2 tokens after this cue; it is scored by the log-likelihood of all of "
                        "them."));
    }

    void anAnswerThatJoinsTheCueIsWarnedAbout()
    {
        const auto resolved = resolveAnswers(heatPrompt, {"Yes", " No"}, encoderOf({{":Yes", 1000}, {" No", 1001}}));
        QVERIFY(resolved);
        QCOMPARE(resolved->answers, (std::vector<Ids> {{1000}, {1001}}));
        QVERIFY2(resolved->warning.starts_with("The answer \"Yes\" joins the prompt's last token"),
                 resolved->warning.c_str());
    }

    void anAnswerWithoutTokensIsAnError()
    {
        const auto swallows = [](std::string_view text) { return Ids(text.size() > 200 ? 200 : 1, 5); };
        const auto resolved = resolveAnswers(heatPrompt, {" Yes", " No"}, swallows);
        QVERIFY(!resolved);
        QCOMPARE(resolved.error().code, ErrorCode::BadValue);
        QVERIFY(resolved.error().message.starts_with("The answer \" Yes\" adds no token"));
    }

    void answersWithTheSameTokensAreAnError()
    {
        const auto resolved = resolveAnswers(heatPrompt, {" Yes", " No"}, encoderOf({{" Yes", 9}, {" No", 9}}));
        QVERIFY(!resolved);
        QCOMPARE(resolved.error().code, ErrorCode::BadValue);
        QVERIFY(resolved.error().message.starts_with("The answer \" No\" adds the same tokens"));
    }

    void onlyTheLastLinesAreEncoded()
    {
        std::string longPrompt;
        for (int i = 0; i < 1'000; ++i)
            longPrompt += "a line of an example\n";
        std::size_t longest = 0;
        const auto encode = [&](std::string_view text) {
            longest = std::max(longest, text.size());
            return encoderOf({{" Yes", 1}, {" No", 2}})(text);
        };
        QCOMPARE(resolveAnswers(longPrompt + heatPrompt, {" Yes", " No"}, encode)->answers,
                 (std::vector<Ids> {{1}, {2}}));
        QVERIFY(longest < 120);
    }

    void aCueThatEndsWithALineBreakKeepsItsLine()
    {
        const auto encode = encoderOf({{"\n", 3}, {"\nYes", 4}, {"No", 5}});
        const auto resolved = resolveAnswers(heatPrompt + "\n", {"Yes", "No"}, encode);
        QVERIFY(resolved->warning.find("joins") != std::string::npos);
        QCOMPARE(resolved->answers, (std::vector<Ids> {{4}, {5}}));
    }

    void aShortPromptIsEncodedWhole()
    {
        QCOMPARE(resolveAnswers("", {" Yes", " No"}, encoderOf({{" Yes", 1}, {" No", 2}}))->answers,
                 (std::vector<Ids> {{1}, {2}}));
    }
};

QTEST_APPLESS_MAIN(AnswerSetTest)
#include "tst_answerset.moc"
