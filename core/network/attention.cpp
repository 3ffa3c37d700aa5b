// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/attention.h"

#include "core/network/rows_p.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>
#include <utility>

namespace driftscope::network {

namespace {

/// Attention over some of the keys. Batch b = path * keyHeads + key head, g = query head within the key head's group.
struct Partial {
    at::Tensor values; ///< [B, G, L, D]
    at::Tensor logSums; ///< fp32 [B, G, L]
};

Partial plainAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, bool isCausal,
                       const at::Tensor& mask, double scale)
{
    at::Tensor scores = at::matmul(q.to(at::kFloat), k.to(at::kFloat).transpose(-2, -1)).mul_(scale); // [B, G, L, S]
    if (isCausal) {
        const at::Tensor isFuture = at::ones({q.size(2), k.size(2)}, q.options().dtype(at::kBool)).triu(1);
        scores = scores.masked_fill(isFuture, -std::numeric_limits<double>::infinity());
    }
    if (mask.defined())
        scores = scores + mask;
    const at::Tensor logSums = at::logsumexp(scores, -1);
    const at::Tensor weights = at::exp(scores - logSums.unsqueeze(-1));
    return {at::matmul(weights, v.to(at::kFloat)), logSums};
}

// q [B, G, L, D]; k, v [B, G, S, D], where G may have stride 0: the heads of a group share keys without copies.
Partial partialAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, bool isCausal,
                         const at::Tensor& mask = {})
{
    const double scale = 1.0 / std::sqrt(static_cast<double>(q.size(-1)));
    if (q.is_cpu() && !q.requires_grad()) {
        std::optional<at::Tensor> bias;
        if (mask.defined())
            bias = mask.to(q.scalar_type());
        auto [values, logSums] = at::_scaled_dot_product_flash_attention_for_cpu(q, k, v, 0.0, isCausal, bias, scale);
        return {values, logSums};
    }
    if (q.is_cuda() && q.scalar_type() == at::kBFloat16 && !mask.defined() && q.size(-1) % 8 == 0 && q.size(-1) <= 256
        && !q.requires_grad()) {
        auto result = at::_scaled_dot_product_flash_attention(q, k, v, 0.0, isCausal, false, scale);
        return {std::get<0>(result), std::get<1>(result)};
    }
    return plainAttention(q, k, v, isCausal, mask, scale);
}

/// Collects partial attention by row.
class Accumulator
{
public:
    Accumulator(const at::Tensor& qkv, const HeadLayout& heads)
        : m_heads(heads)
        , m_values(at::empty({qkv.size(0), heads.queryHeads, heads.size}, qkv.options().dtype(at::kFloat)))
        , m_logSums(at::empty({qkv.size(0), heads.queryHeads}, qkv.options().dtype(at::kFloat)))
        , m_usesKernels(qkv.is_cpu() && !qkv.requires_grad())
    {
    }

    // The rows' first part: row begin + i from token i.
    void store(const Partial& part, std::int64_t begin)
    {
        const std::int64_t length = part.values.size(2);
        if (!m_usesKernels) {
            m_values.narrow(0, begin, length).copy_(valuesByRow(part, 1));
            m_logSums.narrow(0, begin, length).copy_(logSumsByRow(part, 1));
            return;
        }
        take<false>(part, length, [begin](std::int64_t i) { return PathGroup::Slot {0, i, begin + i}; });
    }

    void store(const Partial& part, const PathGroup& group)
    {
        if (!m_usesKernels) {
            m_values.index_copy_(0, group.targetIndex, valuesByRow(part, group.paths).index_select(0, group.slotIndex));
            m_logSums.index_copy_(0, group.targetIndex,
                                  logSumsByRow(part, group.paths).index_select(0, group.slotIndex));
            return;
        }
        take<false>(part, static_cast<std::int64_t>(group.slots.size()),
                    [&group](std::int64_t i) { return group.slots[static_cast<std::size_t>(i)]; });
    }

    // A further part of rows that have one already.
    void merge(const Partial& part, std::int64_t begin)
    {
        const std::int64_t length = part.values.size(2);
        if (!m_usesKernels) {
            mergeTensors(valuesByRow(part, 1), logSumsByRow(part, 1), begin, length);
            return;
        }
        take<true>(part, length, [begin](std::int64_t i) { return PathGroup::Slot {0, i, begin + i}; });
    }

    [[nodiscard]] at::Tensor result(at::ScalarType type) const
    {
        return m_values.view({m_values.size(0), m_heads.queryHeads * m_heads.size}).to(type);
    }

private:
    // [paths * L, queryHeads, D]
    [[nodiscard]] at::Tensor valuesByRow(const Partial& part, std::int64_t paths) const
    {
        const std::int64_t length = part.values.size(2);
        return part.values.reshape({paths, m_heads.keyHeads, m_heads.queriesPerKey(), length, m_heads.size})
            .permute({0, 3, 1, 2, 4})
            .reshape({paths * length, m_heads.queryHeads, m_heads.size})
            .to(at::kFloat);
    }

    // [paths * L, queryHeads]
    [[nodiscard]] at::Tensor logSumsByRow(const Partial& part, std::int64_t paths) const
    {
        const std::int64_t length = part.logSums.size(2);
        return part.logSums.reshape({paths, m_heads.keyHeads, m_heads.queriesPerKey(), length})
            .permute({0, 3, 1, 2})
            .reshape({paths * length, m_heads.queryHeads});
    }

    void mergeTensors(const at::Tensor& values, const at::Tensor& logSums, std::int64_t begin, std::int64_t length)
    {
        at::Tensor mine = m_values.narrow(0, begin, length);
        at::Tensor mySums = m_logSums.narrow(0, begin, length);
        const at::Tensor total = at::logaddexp(mySums, logSums);
        mine.mul_(at::exp(mySums - total).unsqueeze(-1)).add_(values * at::exp(logSums - total).unsqueeze(-1));
        mySums.copy_(total);
    }

    template<bool Merges, typename SlotAt>
    void take(const Partial& part, std::int64_t count, const SlotAt& slotAt)
    {
        const at::Tensor& values = part.values;
        const at::Tensor& logSums = part.logSums;
        float* const toValues = m_values.data_ptr<float>();
        float* const toSums = m_logSums.data_ptr<float>();
        const float* const fromSums = logSums.const_data_ptr<float>();
        const std::int64_t group = m_heads.queriesPerKey();
        const std::int64_t size = m_heads.size;
        withData(values, [&](const auto* from) {
            forEachRow(count, m_heads.queryHeads * size, [&](std::int64_t i) {
                const PathGroup::Slot slot = slotAt(i);
                for (std::int64_t head = 0; head < m_heads.queryHeads; ++head) {
                    const std::int64_t b = slot.path * m_heads.keyHeads + head / group;
                    const std::int64_t g = head % group;
                    const auto* source =
                        from + b * values.stride(0) + g * values.stride(1) + slot.offset * values.stride(2);
                    const float sum =
                        fromSums[b * logSums.stride(0) + g * logSums.stride(1) + slot.offset * logSums.stride(2)];
                    const std::int64_t target = slot.row * m_heads.queryHeads + head;
                    if constexpr (Merges) {
                        kernels::merge(toValues + target * size, toSums[target], source, sum, size);
                    } else {
                        copy(source, size, toValues + target * size);
                        toSums[target] = sum;
                    }
                }
            });
        });
    }

    static void copy(const float* from, std::int64_t size, float* to)
    {
        std::memcpy(to, from, static_cast<std::size_t>(size) * sizeof(float));
    }
    static void copy(const kernels::Bf16* from, std::int64_t size, float* to) { kernels::widen(from, size, to); }

    HeadLayout m_heads;
    at::Tensor m_values; ///< fp32 [N, queryHeads, D]
    at::Tensor m_logSums; ///< fp32 [N, queryHeads]
    bool m_usesKernels;
};

/// Views of a range of rows as [keyHeads, G, L, D], without copies.
struct RowViews {
    const at::Tensor& qkv;
    const HeadLayout& heads;

    [[nodiscard]] at::Tensor queries(std::int64_t begin, std::int64_t end) const
    {
        return qkv.slice(0, begin, end)
            .narrow(1, 0, heads.queryHeads)
            .unflatten(1, {heads.keyHeads, heads.queriesPerKey()})
            .permute({1, 2, 0, 3});
    }
    [[nodiscard]] at::Tensor keys(std::int64_t begin, std::int64_t end) const
    {
        return shared(begin, end, heads.queryHeads);
    }
    [[nodiscard]] at::Tensor values(std::int64_t begin, std::int64_t end) const
    {
        return shared(begin, end, heads.queryHeads + heads.keyHeads);
    }

private:
    [[nodiscard]] at::Tensor shared(std::int64_t begin, std::int64_t end, std::int64_t firstHead) const
    {
        return qkv.slice(0, begin, end)
            .narrow(1, firstHead, heads.keyHeads)
            .permute({1, 0, 2})
            .unsqueeze(1)
            .expand({heads.keyHeads, heads.queriesPerKey(), end - begin, heads.size});
    }
};

/// The rows of a group's paths copied side by side: [paths * count, length, D] for `count` heads from `firstHead` on.
at::Tensor gatherHeads(const at::Tensor& qkv, const PathGroup& group, std::int64_t firstHead, std::int64_t count)
{
    const std::int64_t size = qkv.size(2);
    if (!usesKernels(qkv)) {
        const at::Tensor index = group.rowIndex.defined() ? group.rowIndex : at::tensor(group.rows, at::kLong);
        return qkv.narrow(1, firstHead, count)
            .index_select(0, index)
            .view({group.paths, group.length, count, size})
            .transpose(1, 2)
            .reshape({group.paths * count, group.length, size});
    }
    at::Tensor gathered = at::empty({group.paths * count, group.length, size}, qkv.options());
    const auto itemBytes = static_cast<std::int64_t>(qkv.element_size());
    const auto* from = static_cast<const char*>(qkv.const_data_ptr());
    auto* to = static_cast<char*>(gathered.data_ptr());
    const std::int64_t headBytes = size * itemBytes;
    forEachRow(group.paths * group.length, count * size, [&](std::int64_t token) {
        const std::int64_t path = token / group.length;
        const std::int64_t offset = token % group.length;
        const char* source = from + (group.rows[static_cast<std::size_t>(token)] * qkv.size(1) + firstHead) * headBytes;
        for (std::int64_t head = 0; head < count; ++head) {
            std::memcpy(to + ((path * count + head) * group.length + offset) * headBytes, source + head * headBytes,
                        static_cast<std::size_t>(headBytes));
        }
    });
    return gathered;
}

Partial groupAttention(const at::Tensor& qkv, const HeadLayout& heads, const PathGroup& group, const at::Tensor& mask)
{
    const std::int64_t batch = group.paths * heads.keyHeads;
    const auto sharedByGroup = [&](const at::Tensor& gathered) {
        return gathered.unsqueeze(1).expand({batch, heads.queriesPerKey(), group.length, heads.size});
    };
    const at::Tensor q =
        gatherHeads(qkv, group, 0, heads.queryHeads).view({batch, heads.queriesPerKey(), group.length, heads.size});
    const at::Tensor k = gatherHeads(qkv, group, heads.queryHeads, heads.keyHeads);
    const at::Tensor v = gatherHeads(qkv, group, heads.queryHeads + heads.keyHeads, heads.keyHeads);
    return partialAttention(q, sharedByGroup(k), sharedByGroup(v), !mask.defined(), mask);
}

// 0 where a query at row i sees the key in column j, minus infinity elsewhere. [length, length]
at::Tensor windowMask(std::int64_t length, std::int64_t window, const at::Tensor& like)
{
    const at::Tensor sees = at::ones({length, length}, like.options().dtype(at::kBool)).tril().triu(1 - window);
    return at::zeros({length, length}, like.options().dtype(at::kFloat))
        .masked_fill(sees.logical_not(), -std::numeric_limits<double>::infinity());
}

at::Tensor attendWithin(const at::Tensor& qkv, const HeadLayout& heads, const AttentionPlan& plan, std::int64_t window)
{
    Accumulator sum(qkv, heads);
    for (const PathGroup& path : plan.wholePaths)
        sum.store(groupAttention(qkv, heads, path, windowMask(path.length, window, qkv)), path);
    return sum.result(qkv.scalar_type());
}

} // namespace

at::Tensor attend(const at::Tensor& qkv, const HeadLayout& heads, const AttentionPlan& plan,
                  std::optional<std::int64_t> window)
{
    if (window && *window < plan.longest)
        return attendWithin(qkv, heads, plan, *window);
    const RowViews rows {qkv, heads};
    Accumulator sum(qkv, heads);
    for (const CausalRun& run : plan.runs)
        sum.store(partialAttention(rows.queries(run.begin, run.end), rows.keys(run.begin, run.end),
                                   rows.values(run.begin, run.end), true),
                  run.begin);
    for (const PathGroup& group : plan.groups)
        sum.store(groupAttention(qkv, heads, group, {}), group);
    for (const SharedBlock& block : plan.blocks)
        sum.merge(partialAttention(rows.queries(block.queryBegin, block.queryEnd),
                                   rows.keys(block.keyBegin, block.keyEnd), rows.values(block.keyBegin, block.keyEnd),
                                   false),
                  block.queryBegin);
    return sum.result(qkv.scalar_type());
}

} // namespace driftscope::network
