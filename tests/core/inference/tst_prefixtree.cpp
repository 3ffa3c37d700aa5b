// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/inference/prefixtree.h"

#include <QtTest>

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

private:
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
