// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/attention.h"

#include <QTest>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <limits>
#include <vector>

using namespace driftscope::network;

namespace {

constexpr HeadLayout grouped {8, 2, 16}; // four query heads share a key head

/// A shared beginning and branches of equal length.
std::vector<TokenSegment> fan(std::int64_t shared, std::int64_t branches, std::int64_t length)
{
    std::vector<TokenSegment> segments {{0, shared, shared + branches * length, -1, 0}};
    for (std::int64_t b = 0; b < branches; ++b) {
        const std::int64_t begin = shared + b * length;
        segments.push_back({begin, begin + length, begin + length, 0, shared});
    }
    return segments;
}

/// Softmax over all rows, with those masked that are no ancestors: fp64, every row on every other.
at::Tensor denseAttention(const at::Tensor& qkv, const HeadLayout& heads, const std::vector<TokenSegment>& segments,
                          double scale)
{
    const std::int64_t rows = qkv.size(0);
    at::Tensor mask = at::full({rows, rows}, -std::numeric_limits<double>::infinity(), at::kDouble);
    for (const TokenSegment& segment : segments) {
        for (std::int64_t row = segment.begin; row < segment.end; ++row) {
            mask[row].slice(0, segment.begin, row + 1).zero_();
            for (std::int64_t s = segment.parent; s >= 0; s = segments[static_cast<std::size_t>(s)].parent) {
                const TokenSegment& above = segments[static_cast<std::size_t>(s)];
                mask[row].slice(0, above.begin, above.end).zero_();
            }
        }
    }
    const at::Tensor wide = qkv.to(at::kDouble).transpose(0, 1); // [heads, N, D]
    const at::Tensor q = wide.narrow(0, 0, heads.queryHeads);
    const auto shared = [&](std::int64_t first) {
        return wide.narrow(0, first, heads.keyHeads).repeat_interleave(heads.queriesPerKey(), 0);
    };
    const at::Tensor scores = at::matmul(q, shared(heads.queryHeads).transpose(1, 2)) * scale + mask;
    const at::Tensor values = at::matmul(at::softmax(scores, -1), shared(heads.queryHeads + heads.keyHeads));
    return values.transpose(0, 1).reshape({rows, heads.queryHeads * heads.size});
}

double worst(const HeadLayout& heads, const std::vector<TokenSegment>& segments, bool recordsGradients)
{
    at::manual_seed(3);
    const std::int64_t rows = segments.front().subtreeEnd;
    const at::Tensor qkv = at::randn({rows, heads.total(), heads.size});
    const at::Tensor right = denseAttention(qkv, heads, segments, 0.25);
    const AttentionPlan plan = AttentionPlan::make(segments, at::kCPU, recordsGradients);
    const at::Tensor given = recordsGradients ? qkv.clone().requires_grad_(true) : qkv;
    const at::Tensor got = attend(given, heads, plan, {{}, 0.25, {}});
    return (got.detach().to(at::kDouble) - right).abs().max().item<double>();
}

} // namespace

class TestAttention : public QObject
{
    Q_OBJECT

private slots:
    void equalsDenseAttention_data()
    {
        QTest::addColumn<int>("queryHeads");
        QTest::addColumn<int>("shared");
        QTest::addColumn<int>("branches");
        QTest::addColumn<int>("length");
        QTest::newRow("heads of a group folded into one block") << 8 << 300 << 24 << 20;
        QTest::newRow("too few rows to fold") << 8 << 300 << 3 << 5;
        QTest::newRow("no groups") << 2 << 300 << 24 << 20;
        QTest::newRow("beginning too short for a block") << 8 << 10 << 24 << 20;
        QTest::newRow("branches long enough to stand alone") << 8 << 64 << 3 << 200;
    }
    void equalsDenseAttention()
    {
        QFETCH(int, queryHeads);
        QFETCH(int, shared);
        QFETCH(int, branches);
        QFETCH(int, length);
        at::set_num_threads(2); // folding depends on it
        const c10::InferenceMode inference;
        const HeadLayout heads {queryHeads, grouped.keyHeads, grouped.size};
        const double difference = worst(heads, fan(shared, branches, length), false);
        QVERIFY2(difference < 1e-5, qPrintable(QString::number(difference)));
    }

    // What GPUs without a fused kernel run, and training: the same plan in plain tensor operations.
    void plainOperationsGiveTheSame()
    {
        const double difference = worst(grouped, fan(64, 6, 20), true);
        QVERIFY2(difference < 1e-5, qPrintable(QString::number(difference)));
    }
};

QTEST_APPLESS_MAIN(TestAttention)
#include "tst_attention.moc"
