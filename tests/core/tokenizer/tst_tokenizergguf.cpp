// SPDX-License-Identifier: GPL-3.0-or-later
#include <QByteArrayList>
#include <QDirIterator>
#include <QStandardPaths>

#include <cmath>

#include "tests/core/tokenizer/tokenizerdata.h"

using namespace driftscope;
using namespace driftscope::testing;
using tokenizer::loadTokenizer;

namespace {

Result<std::shared_ptr<const tokenizer::Tokenizer>> load(const GgufBuilder& builder)
{
    return loadTokenizer(ScratchFile("model.gguf", builder.content()).path());
}

/// Byte-level tokens a b c 1 2 space, "ab", and two special tokens 7 and 8.
GgufBuilder byteLevel()
{
    return GgufBuilder()
        .text("tokenizer.ggml.model", "gpt2")
        .texts("tokenizer.ggml.tokens",
               {"a", "b", "c", "1", "2", "\u0120", "ab", "<s>", "</s>", "12", "\u0120a", "aab"})
        .integers("tokenizer.ggml.token_type", {1, 1, 1, 1, 1, 1, 1, 3, 3, 1, 1, 1})
        .texts("tokenizer.ggml.merges", {"a b", "1 2", "\u0120 a"})
        .integer("tokenizer.ggml.bos_token_id", 7)
        .integer("tokenizer.ggml.eos_token_id", 8);
}

/// SentencePiece tokens with scores: bytes of e-acute, U+2581, letters, and a run of two spaces as Gemma files have it.
GgufBuilder scored()
{
    return GgufBuilder()
        .text("tokenizer.ggml.model", "llama")
        .texts("tokenizer.ggml.tokens", {"<unk>", "<s>", "<0xC3>", "<0xA9>", "\u2581", "a", "b", "ab", "\u2581a", "  "})
        .numbers("tokenizer.ggml.scores", {0, 0, 0, 0, -5, -6, -7, -1, -2, -1000})
        .integers("tokenizer.ggml.token_type", {2, 3, 6, 6, 1, 1, 1, 1, 1, 4})
        .integer("tokenizer.ggml.bos_token_id", 1)
        .integer("tokenizer.ggml.unknown_token_id", 0);
}

} // namespace

class TokenizerGgufTest : public QObject
{
    Q_OBJECT

private slots:
    void preTokenizersDiffer_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("ids");
        QTest::newRow("gpt-2 keeps numbers whole") << "gpt-2"
                                                   << "6 5 9 5 6";
        QTest::newRow("default is gpt-2") << "default"
                                          << "6 5 9 5 6";
        QTest::newRow("smollm splits digits") << "smollm"
                                              << "6 5 3 4 5 6";
        QTest::newRow("qwen2 splits digits") << "qwen2"
                                             << "6 5 3 4 5 6";
        QTest::newRow("llama 3 keeps up to three, begins with BOS") << "llama-bpe"
                                                                    << "7 6 5 9 5 6";
    }

    void preTokenizersDiffer()
    {
        QFETCH(const QString, kind);
        QFETCH(const QString, ids);
        const auto loaded = load(byteLevel().text("tokenizer.ggml.pre", kind.toStdString()));
        QVERIFY2(loaded, messageOf(loaded).c_str());
        QCOMPARE(shown((*loaded)->encode("ab 12 ab")), ids);
    }

    void onlyLlama3TakesWholeTokensFirst()
    {
        QCOMPARE(shown((*load(byteLevel().text("tokenizer.ggml.pre", "llama-bpe")))->encode("aab", {false, true})),
                 QStringLiteral("11"));
        QCOMPARE(shown((*load(byteLevel()))->encode("aab")), QStringLiteral("0 6"));
    }

    void endsFollowTheFlags()
    {
        const auto both =
            load(byteLevel().flag("tokenizer.ggml.add_bos_token", true).flag("tokenizer.ggml.add_eos_token", true));
        QVERIFY2(both, messageOf(both).c_str());
        QCOMPARE(shown((*both)->encode("a<s>")), QStringLiteral("7 0 7 8"));
        QCOMPARE(shown((*both)->encode("a<s>", {false, true})), QStringLiteral("0 7"));
        const auto none =
            load(byteLevel().text("tokenizer.ggml.pre", "llama-bpe").flag("tokenizer.ggml.add_bos_token", false));
        QCOMPARE(shown((*none)->encode("a")), QStringLiteral("0"));
    }

    void qwenComposesCharacters()
    {
        const auto loaded = load(byteLevel().text("tokenizer.ggml.pre", "qwen2"));
        QVERIFY2(loaded, messageOf(loaded).c_str());
        QVERIFY((*loaded)->encode("\u0301").empty()); // no such bytes here
        QVERIFY(!(*loaded)->missingBytes().empty());
    }

    void scoredPiecesAndByteTokens()
    {
        const auto loaded = load(scored().flag("tokenizer.ggml.add_space_prefix", false));
        QVERIFY2(loaded, messageOf(loaded).c_str());
        QCOMPARE(shown((*loaded)->encode(" ab\u00e9")), QStringLiteral("1 4 7 2 3")); // ab (-1) before U+2581 a (-2)
        QCOMPARE(shown((*loaded)->encode("a  b  ", {false, true})), QStringLiteral("5 9 6 9")); // runs of spaces first
        QCOMPARE((*loaded)->tokenText(9), std::string("  "));
        QCOMPARE((*loaded)->tokenText(2), std::string("\xC3"));
    }

    void spaceIsPutBeforeUnlessTheFileSaysNo()
    {
        QCOMPARE(shown((*load(scored()))->encode("a")), QStringLiteral("1 8"));
        QCOMPARE(shown((*load(scored().flag("tokenizer.ggml.add_space_prefix", false)))->encode("a")),
                 QStringLiteral("1 5"));
    }

    void flawsGetTheirKind()
    {
        const auto kind = [](const GgufBuilder& builder) { return kindOf(load(builder)); };
        QCOMPARE(kind(GgufBuilder()), std::string("missing-field"));
        QCOMPARE(kind(GgufBuilder().text("tokenizer.ggml.tokens", "a")), std::string("wrong-type"));
        QCOMPARE(kind(GgufBuilder().texts("tokenizer.ggml.tokens", {"a"})), std::string("missing-field"));
        const auto one = [] { return GgufBuilder().texts("tokenizer.ggml.tokens", {"a"}); };
        QCOMPARE(kind(one().text("tokenizer.ggml.model", "bert")), std::string("unknown-type"));
        QCOMPARE(kind(one().text("tokenizer.ggml.model", "gpt2")), std::string("missing-field"));
        QCOMPARE(kind(one().text("tokenizer.ggml.model", "llama")), std::string("missing-field"));
        QCOMPARE(kind(one().text("tokenizer.ggml.model", "llama").numbers("tokenizer.ggml.scores", {1, 2})),
                 std::string("inconsistent"));
        QCOMPARE(kind(one().text("tokenizer.ggml.model", "llama").numbers("tokenizer.ggml.scores", {std::nanf("")})),
                 std::string("bad-value"));
        QCOMPARE(kind(one().text("tokenizer.ggml.model", "gpt2").texts("tokenizer.ggml.merges", {"a b"})),
                 std::string("bad-merge"));
        QCOMPARE(kind(one().text("tokenizer.ggml.model", "gpt2").texts("tokenizer.ggml.merges", {""})),
                 std::string("bad-merge"));
        QCOMPARE(kind(one().integers("tokenizer.ggml.token_type", {1, 1})), std::string("inconsistent"));
        QCOMPARE(kind(byteLevel().text("tokenizer.ggml.pre", "strange")), std::string("unknown-type"));
        QCOMPARE(kind(GgufBuilder(byteLevel()).integer("tokenizer.ggml.unknown_token_id", 99)),
                 std::string("ok")); // not used
        QCOMPARE(kind(one()
                          .text("tokenizer.ggml.model", "gpt2")
                          .texts("tokenizer.ggml.merges", {})
                          .integer("tokenizer.ggml.bos_token_id", 1)),
                 std::string("bad-id"));
    }

    /// The whole SmolLM2 vocabulary, where the model is installed.
    void realSmolLm2GivesTheReferenceIds()
    {
        const QString models = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
            + "/driftscope/models/smollm2-135m-instruct";
        QDirIterator files(models, {QStringLiteral("*.gguf")}, QDir::Files);
        if (!files.hasNext())
            QSKIP("the SmolLM2 model is not installed in the data folder");
        const auto loaded = loadTokenizer(files.next().toStdString());
        QVERIFY2(loaded, messageOf(loaded).c_str());
        QCOMPARE((*loaded)->missingBytes().size(), std::size_t {21});
        for (const QByteArray& line :
             QByteArray::fromStdString(readAll(dataPath("smollm2/goldens.jsonl"))).split('\n')) {
            if (line.isEmpty())
                continue;
            const auto row = nlohmann::json::parse(line.toStdString());
            QVERIFY2(shown((*loaded)->encode(row["text"].get<std::string>())) == shown(row["ids"].get<Ids>()),
                     line.constData());
        }
    }
};

QTEST_APPLESS_MAIN(TokenizerGgufTest)
#include "tst_tokenizergguf.moc"
