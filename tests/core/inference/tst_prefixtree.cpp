// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/inference/prefixtree.h"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace driftscope;
using namespace driftscope::inference;

namespace {

using Sequences = std::vector<std::vector<TokenId>>;

PrefixTree treeOf(const Sequences& sequences, bool shares = true)
{
    const std::vector<TokenView> views(sequences.begin(), sequences.end());
    return {views, shares};
}

Sequences randomSequences(RandomStream& random)
{
    Sequences sequences(1 + random.index(12));
    for (auto& sequence : sequences) {
        sequence.resize(1 + random.index(9));
        for (TokenId& token : sequence)
            token = static_cast<TokenId>(random.index(2)); // two tokens: much is shared
    }
    return sequences;
}

} // namespace

class TestPrefixTree : public QObject
{
    Q_OBJECT

private slots:
    void sharedRunIsOneSegment()
    {
        const PrefixTree tree = treeOf({{1, 2, 3, 9}, {1, 2, 3, 4, 5}});
        QCOMPARE(tree.segments().size(), std::size_t {3});
        QCOMPARE(tree.tokens(), (std::vector<std::int64_t> {1, 2, 3, 4, 5, 9}));
        QCOMPARE(tree.positions(), (std::vector<std::int64_t> {0, 1, 2, 3, 4, 3}));
        QCOMPARE(tree.segments()[0].subtreeEnd, std::int64_t {6});
        QCOMPARE(tree.segments()[1].parent, std::int64_t {0});
        QCOMPARE(tree.rowOf(0, 3), std::int64_t {5});
        QCOMPARE(tree.rowOf(1, 4), std::int64_t {4});
        QCOMPARE(tree.rowOf(0, 1), tree.rowOf(1, 1));
    }

    void sequenceInsideAnotherEndsAtAnInnerSegment()
    {
        const PrefixTree tree = treeOf({{1, 2, 3}, {1, 2}, {1, 2}});
        QCOMPARE(tree.rows(), std::int64_t {3});
        QCOMPARE(tree.rowOf(1, 1), std::int64_t {1});
        QCOMPARE(tree.rowOf(2, 1), std::int64_t {1});
        QCOMPARE(tree.rowOf(0, 2), std::int64_t {2});
    }

    void nothingSharedGivesSeveralRoots()
    {
        const PrefixTree tree = treeOf({{2, 2}, {1, 2}});
        QCOMPARE(tree.segments().size(), std::size_t {2});
        QCOMPARE(tree.segments()[0].parent, std::int64_t {-1});
        QCOMPARE(tree.segments()[1].parent, std::int64_t {-1});
    }

    void sharingOffKeepsEverySequence()
    {
        const PrefixTree tree = treeOf({{1, 2, 3}, {1, 2}, {1, 2}}, false);
        QCOMPARE(tree.rows(), std::int64_t {7});
        QCOMPARE(tree.segments().size(), std::size_t {3});
        QVERIFY(tree.rowOf(1, 1) != tree.rowOf(2, 1));
    }

    void layoutDoesNotDependOnOrder()
    {
        Sequences sequences {{1, 2, 3}, {4}, {1, 2}, {1, 5}};
        const auto tokens = treeOf(sequences).tokens();
        std::reverse(sequences.begin(), sequences.end());
        QCOMPARE(treeOf(sequences).tokens(), tokens);
    }

    void randomTreesHoldEveryPrefixOnce()
    {
        RandomStream random(5, "prefix tree test");
        for (int round = 0; round < 300; ++round) {
            const Sequences sequences = randomSequences(random);
            const PrefixTree tree = treeOf(sequences);
            std::set<std::vector<TokenId>> prefixes;
            for (std::size_t s = 0; s < sequences.size(); ++s) {
                for (std::size_t i = 0; i < sequences[s].size(); ++i) {
                    prefixes.insert({sequences[s].begin(), sequences[s].begin() + std::ptrdiff_t(i) + 1});
                    const auto row = static_cast<std::size_t>(tree.rowOf(s, i));
                    QCOMPARE(tree.tokens()[row], std::int64_t {sequences[s][i]});
                    QCOMPARE(tree.positions()[row], static_cast<std::int64_t>(i));
                }
            }
            QCOMPARE(static_cast<std::size_t>(tree.rows()), prefixes.size());
            checkDepthFirst(tree);
        }
    }

    // Every token has a row or stands in what is kept above it, and the last token of each sequence has a row.
    void keptBeginningsNeedNoRows()
    {
        RandomStream random(6, "cached prefixes");
        for (int round = 0; round < 300; ++round) {
            const Sequences sequences = longSequences(random);
            Sequences kept = longSequences(random);
            for (std::size_t i = 0; i < 2; ++i) { // beginnings of some, and what goes on after them
                kept.push_back(sequences[random.index(sequences.size())]);
                kept.back().resize(1 + random.index(kept.back().size()));
                kept.back().push_back(TokenId(random.index(3)));
            }
            const auto lookup = [&](TokenView tokens) {
                CachedPrefix best;
                for (std::size_t i = 0; i < kept.size(); ++i) {
                    const auto length = static_cast<std::int64_t>(commonLength(kept[i], tokens));
                    if (length > best.length)
                        best = {i, length};
                }
                return best;
            };
            const std::vector<TokenView> views(sequences.begin(), sequences.end());
            const PrefixTree tree(views, lookup);
            for (std::size_t s = 0; s < sequences.size(); ++s)
                checkSequence(tree, kept, sequences[s], s);
            QVERIFY(tree.rows() <= PrefixTree(views, true).rows() + 16 * std::ssize(sequences));
        }
    }

    void keptBeginningOfAllIsOneRoot()
    {
        std::vector<TokenId> context(40);
        for (std::size_t i = 0; i < context.size(); ++i)
            context[i] = TokenId(i);
        Sequences sequences(3, context);
        for (std::size_t i = 0; i < sequences.size(); ++i)
            sequences[i].push_back(TokenId(100 + i));
        const std::vector<TokenView> views(sequences.begin(), sequences.end());
        const CachedPrefixLookup lookup = [](TokenView tokens) {
            return CachedPrefix {7, std::min<std::int64_t>(std::ssize(tokens), 30)};
        };
        const PrefixTree tree(views, lookup);
        QCOMPARE(tree.cachedPrefixes().size(), std::size_t {1});
        QCOMPARE(tree.cachedPrefixes()[0].entry, std::size_t {7});
        QCOMPARE(tree.rows(), std::int64_t {10 + 3});
        QCOMPARE(tree.positions()[0], std::int64_t {30});
        QVERIFY(tree.segments()[0].isCached());
        QCOMPARE(tree.segments()[0].subtreeEnd, tree.rows());
    }

private:
    static Sequences longSequences(RandomStream& random)
    {
        Sequences sequences;
        for (std::size_t i = 0; i < 1 + random.index(8); ++i) {
            std::vector<TokenId> tokens;
            if (i > 0 && random.index(4) > 0) {
                tokens = sequences[random.index(i)];
                tokens.resize(random.index(tokens.size() + 1));
            }
            for (std::size_t more = 1 + random.index(50); more > 0; --more)
                tokens.push_back(TokenId(random.index(3)));
            sequences.push_back(tokens);
        }
        return sequences;
    }

    static void checkSequence(const PrefixTree& tree, const Sequences& kept, const std::vector<TokenId>& tokens,
                              std::size_t sequence)
    {
        // From the last token up to the root.
        auto index = static_cast<std::int64_t>(tree.segmentOf(sequence, tokens.size() - 1));
        auto end = static_cast<std::int64_t>(tokens.size());
        for (; index >= 0; index = tree.segments()[std::size_t(index)].parent) {
            const auto& segment = tree.segments()[std::size_t(index)];
            if (segment.isCached()) {
                const CachedPrefix& prefix = tree.cachedPrefixes()[std::size_t(segment.cached)];
                QCOMPARE(prefix.length, end);
                QCOMPARE(segment.parent, std::int64_t {-1});
                QVERIFY(std::equal(tokens.begin(), tokens.begin() + end, kept[prefix.entry].begin()));
                end = 0;
                continue;
            }
            for (std::int64_t position = segment.position; position < end; ++position) {
                const auto row = std::size_t(segment.begin + position - segment.position);
                QCOMPARE(tree.tokens()[row], std::int64_t {tokens[std::size_t(position)]});
                QCOMPARE(tree.positions()[row], position);
            }
            end = segment.position;
        }
        QCOMPARE(end, std::int64_t {0});
    }

    static void checkDepthFirst(const PrefixTree& tree)
    {
        std::int64_t next = 0;
        for (std::size_t s = 0; s < tree.segments().size(); ++s) {
            const auto& segment = tree.segments()[s];
            QCOMPARE(segment.begin, next);
            QVERIFY(segment.length() > 0);
            next = segment.end;
            if (segment.parent < 0)
                continue;
            const auto& parent = tree.segments()[static_cast<std::size_t>(segment.parent)];
            QVERIFY(segment.parent < std::int64_t(s));
            QVERIFY(parent.end <= segment.begin && segment.subtreeEnd <= parent.subtreeEnd);
            QCOMPARE(segment.position, parent.position + parent.length());
        }
        QCOMPARE(next, tree.rows());
    }
};

QTEST_APPLESS_MAIN(TestPrefixTree)
#include "tst_prefixtree.moc"
