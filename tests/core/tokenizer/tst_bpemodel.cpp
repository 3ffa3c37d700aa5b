// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/bpemodel_p.h"
#include "core/tokenizer/scoredbpemodel_p.h"

#include "tests/core/tokenizer/tokenizerdata.h"

using namespace driftscope;
using namespace driftscope::testing;
using namespace driftscope::tokenizer;

namespace {

Ids encode(const PieceModel& model, std::string_view piece)
{
    Ids ids;
    model.encode(piece, ids);
    return ids;
}

std::shared_ptr<Vocabulary> letters(std::string_view text)
{
    auto vocabulary = std::make_shared<Vocabulary>();
    for (std::size_t i = 0; i < text.size(); ++i)
        vocabulary->add(text.substr(i, 1), static_cast<TokenId>(i));
    return vocabulary;
}

} // namespace

class BpeModelTest : public QObject
{
    Q_OBJECT

private slots:
    /// By hand: "hugs" with merges (u,g) (h,ug) (g,s): h u g s -> h ug s -> hug s; the pair (g,s) is gone by then.
    void earlierMergesGoFirst()
    {
        auto vocabulary = letters("hugs"); // h 0, u 1, g 2, s 3
        vocabulary->add("ug", 4);
        vocabulary->add("hug", 5);
        vocabulary->add("gs", 6);
        const BpeModel::Rules rules {
            {BpeModel::keyOf(1, 2), {0, 4}}, {BpeModel::keyOf(0, 4), {1, 5}}, {BpeModel::keyOf(2, 3), {2, 6}}};
        const BpeModel model(vocabulary, rules, {});
        QCOMPARE(shown(encode(model, "hugs")), QStringLiteral("5 3"));
        QCOMPARE(shown(encode(model, "gsgs")), QStringLiteral("6 6"));
        QCOMPARE(shown(encode(model, "hgus")), QStringLiteral("0 2 1 3"));
    }

    /// aaaaa with (a,a): from the left, aa aa a.
    void equalPairsMergeFromTheLeft()
    {
        auto vocabulary = letters("a");
        vocabulary->add("aa", 1);
        const BpeModel model(vocabulary, {{BpeModel::keyOf(0, 0), {0, 1}}}, {});
        QCOMPARE(shown(encode(model, "aaaaa")), QStringLiteral("1 1 0"));
    }

    void repeatedPiecesComeFromTheCacheUnchanged()
    {
        auto vocabulary = letters("ab");
        vocabulary->add("ab", 2);
        const BpeModel::Rules rules {{BpeModel::keyOf(0, 1), {0, 2}}};
        const BpeModel merging(vocabulary, rules, {});
        const BpeModel plain(vocabulary, {}, {});
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(shown(encode(merging, "abab")), QStringLiteral("2 2"));
            QCOMPARE(shown(encode(plain, "abab")), QStringLiteral("0 1 0 1"));
        }
    }

    /// The joint token with the highest score first: in "abc", bc (-1) before ab (-2), though ab stands left.
    void highestScoreGoesFirst()
    {
        const Vocabulary vocabulary = [] {
            Vocabulary tokens;
            TokenId id = 0;
            for (const char* token : {"a", "b", "c", "ab", "bc", "<0xC3>", "<0xA9>"})
                tokens.add(token, id++);
            return tokens;
        }();
        const TextMap<double> scores {{"a", -10}, {"b", -11}, {"c", -12}, {"ab", -2}, {"bc", -1}};
        const ScoredBpeModel model(vocabulary, scores, 0);
        QCOMPARE(shown(encode(model, "abc")), QStringLiteral("0 4"));
        QCOMPARE(shown(encode(model, "abab")), QStringLiteral("3 3"));
        QCOMPARE(shown(encode(model, "a\u00e9")), QStringLiteral("0 5 6")); // byte tokens
        QCOMPARE(shown(encode(model, "\u00ea")), QStringLiteral("0")); // no token for its second byte: unknown
    }
};

QTEST_APPLESS_MAIN(BpeModelTest)
#include "tst_bpemodel.moc"
