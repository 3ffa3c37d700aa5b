// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/promptcheck.h"

#include <QtTest>

using namespace driftscope;
using namespace driftscope::inference;

namespace {

std::shared_ptr<const AnswerTokens> answers(std::vector<std::vector<TokenId>> tokens)
{
    return std::make_shared<const AnswerTokens>(AnswerTokens {std::move(tokens)});
}

Result<> check(TokenizedPrompt prompt)
{
    const std::vector<TokenizedPrompt> prompts {{{1, 2}, answers({{3}})}, std::move(prompt)};
    return checkPrompts(prompts, 10, 4);
}

} // namespace

class TestPromptCheck : public QObject
{
    Q_OBJECT

private slots:
    void refusals_data()
    {
        QTest::addColumn<std::vector<TokenId>>("tokens");
        QTest::addColumn<std::vector<std::vector<TokenId>>>("answerTokens");
        QTest::addColumn<int>("code");
        using Ids = std::vector<TokenId>;
        using Answers = std::vector<Ids>;
        QTest::newRow("empty prompt") << Ids {} << Answers {{1}} << int(ErrorCode::BadArgument);
        QTest::newRow("negative id") << Ids {1, -1} << Answers {{1}} << int(ErrorCode::BadArgument);
        QTest::newRow("id past vocabulary") << Ids {10} << Answers {{1}} << int(ErrorCode::BadArgument);
        QTest::newRow("answer id past vocabulary") << Ids {9} << Answers {{10}} << int(ErrorCode::BadArgument);
        QTest::newRow("empty answer") << Ids {9} << Answers {{1}, {}} << int(ErrorCode::BadArgument);
        QTest::newRow("prompt too long") << Ids {1, 2, 3, 4, 5} << Answers {{1}} << int(ErrorCode::ContextTooLong);
        QTest::newRow("answer too long") << Ids {1, 2, 3, 4} << Answers {{1, 2}} << int(ErrorCode::ContextTooLong);
    }

    void refusals()
    {
        QFETCH(std::vector<TokenId>, tokens);
        QFETCH(std::vector<std::vector<TokenId>>, answerTokens);
        QFETCH(int, code);
        const auto checked = check({tokens, answers(answerTokens)});
        QVERIFY(!checked);
        QCOMPARE(int(checked.error().code), code);
        QVERIFY(checked.error().message.starts_with("prompt 2 of 2"));
    }

    void missingAnswersAreRefused()
    {
        const auto checked = check({{1}, nullptr});
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::BadArgument);
    }

    void fullContextIsAccepted()
    {
        QVERIFY(check({{1, 2, 3, 4}, answers({{1}, {9}})}));
        QVERIFY(check({{1, 2, 3}, answers({{1, 5}})}));
    }

    void tooLongSaysByHowMany()
    {
        const auto checked = check({{1, 2, 3, 4, 5, 6}, answers({{1}})});
        QVERIFY(!checked);
        QVERIFY(checked.error().message.find("6 tokens") != std::string::npos);
        QVERIFY(checked.error().message.find("2 more than") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestPromptCheck)
#include "tst_promptcheck.moc"
