// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"
#include "core/tokenizer/bpetrainer.h"
#include "core/tokenizer/tokenizerloader.h"

#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace driftscope;
using namespace driftscope::tokenizer;

namespace {

std::shared_ptr<const Tokenizer> learned(std::vector<std::string> texts, std::size_t size)
{
    const auto json = trainBpe(texts, {.vocabularySize = size});
    if (!json)
        qFatal("%s", json.error().message.c_str());
    const QTemporaryDir folder;
    const auto path = folder.filePath("tokenizer.json").toStdString();
    if (!writeFile(path, *json))
        qFatal("not written");
    return *loadTokenizer(path);
}

} // namespace

class TestBpeTrainer : public QObject
{
    Q_OBJECT

private slots:
    // "aaab" 3 times, "ab" twice: (a, a) occurs 6 times, (a, b) 5 times. After "aa": "aa"+"a" 3, "a"+"b" 5. Then
    // "aa"+"ab" 3 times.
    void mostFrequentPairIsJoinedFirst()
    {
        const auto tokenizer = learned({"aaab", "aaab", "aaab", "ab", "ab"}, 2 + 256 + 3);
        QCOMPARE(tokenizer->vocabularySize(), std::size_t {261});
        QVERIFY(tokenizer->find("aa"));
        QCOMPARE(*tokenizer->find("aa"), 258);
        QCOMPARE(*tokenizer->find("ab"), 259);
        QCOMPARE(*tokenizer->find("aaab"), 260);
        const std::vector<TokenId> expected {0, 260};
        QCOMPARE(tokenizer->encode("aaab"), expected); // the begin token stands first
    }

    void frequentWordsBecomeTokensWithTheirBlank()
    {
        const auto tokenizer = learned({"x: Yes\ny: No\nz: Yes\nx: No\n"}, 300);
        QVERIFY(tokenizer->find("\u0120Yes"));
        QVERIFY(tokenizer->find("\u0120No"));
    }

    void textsOutsideTheVocabularyAreBytes()
    {
        const auto tokenizer = learned({"abc"}, 258);
        const auto ids = tokenizer->encode("\u00e9", {.addSpecialTokens = false});
        QCOMPARE(ids.size(), std::size_t {2});
        QCOMPARE(tokenizer->tokenText(ids[0]) + tokenizer->tokenText(ids[1]), std::string("\u00e9"));
    }

    void orderOfTheTextsDoesNotMatter()
    {
        const std::vector<std::string> texts {"lunar orbit", "stellar orbit", "lunar lander"};
        const std::vector<std::string> turned {texts[2], texts[0], texts[1]};
        QCOMPARE(*trainBpe(texts, {.vocabularySize = 280}), *trainBpe(turned, {.vocabularySize = 280}));
    }

    void badRequestsAreRefused()
    {
        const std::vector<std::string> texts {"a"};
        QCOMPARE(trainBpe({}, {}).error().code, ErrorCode::BadArgument);
        QCOMPARE(trainBpe(texts, {.vocabularySize = 257}).error().code, ErrorCode::BadArgument);
        std::stop_source stop;
        stop.request_stop();
        JobContext context;
        context.stop = stop.get_token();
        QCOMPARE(trainBpe(texts, {.vocabularySize = 300}, context).error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestBpeTrainer)
#include "tst_bpetrainer.moc"
