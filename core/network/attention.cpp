// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/attention.h"

#include "core/base/stagetimer.h"
#include "core/network/device.h"
#include "core/network/rows_p.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace driftscope::network {

namespace {

/// Attention over some of the keys. Batch b = path * keyHeads + key head, g = query head within the key head's group.
struct Partial {
    at::Tensor values; ///< [B, G, L, D]
    at::Tensor logSums; ///< fp32 [B, G, L]
};

constexpr double unseen = -1e30; ///< score of a masked key: finite, so that a row that sees none merges with weight 0

/// Queries [B, G, L, D] on keys and values [B, G, S, D], where G may have stride 0: the heads of a group share keys
/// without copies.
struct Part {
    at::Tensor q;
    at::Tensor k;
    at::Tensor v;
    bool isCausal = false;
    at::Tensor mask; ///< fp32 [L, S], added to the scores; undefined = none
    bool isAll = false; ///< nothing is merged with it: no gradient flows through its log-sum-exp
};

// 0 where a query sees a key, `unseen` elsewhere: query i is at position first + i, key j at j. [L, S]
at::Tensor causalMask(std::int64_t first, std::int64_t length, std::int64_t keys, const at::Tensor& like)
{
    return at::full({length, keys}, unseen, like.options().dtype(at::kFloat)).triu(1 + first);
}

// Any device, with gradients or without.
Partial plainAttention(const Part& part, const AttentionOptions& options)
{
    const at::Tensor& q = part.q;
    // Queries of the heads that share keys are rows of one product.
    const at::Tensor rows = q.reshape({q.size(0), q.size(1) * q.size(2), q.size(3)}).to(at::kFloat); // [B, G L, D]
    const at::Tensor keys = part.k.select(1, 0).to(at::kFloat); // [B, S, D]
    at::Tensor scores = at::bmm(rows, keys.transpose(1, 2)) * options.scale; // [B, G L, S]
    if (options.softcap)
        scores = at::tanh(scores / *options.softcap) * *options.softcap;
    if (part.mask.defined())
        scores = (scores.view({q.size(0), q.size(1), q.size(2), -1}) + part.mask).view(scores.sizes());
    const at::Tensor logSums = at::logsumexp(scores, -1);
    const at::Tensor values = at::bmm(at::exp(scores - logSums.unsqueeze(-1)), part.v.select(1, 0).to(at::kFloat));
    return {values.view(q.sizes()), logSums.view({q.size(0), q.size(1), q.size(2)})};
}

// The same on CPUs without gradients: all that happens to a score happens while its row is in the cache.
Partial cappedAttention(const Part& part, const AttentionOptions& options)
{
    const at::Tensor& q = part.q;
    const at::Tensor rows = q.reshape({q.size(0), q.size(1) * q.size(2), q.size(3)}).to(at::kFloat); // [B, G L, D]
    const at::Tensor keys = part.k.select(1, 0).to(at::kFloat); // [B, S, D]
    at::Tensor scores = at::bmm(rows, keys.transpose(1, 2)); // [B, G L, S]
    at::Tensor logSums = at::empty({q.size(0), q.size(1), q.size(2)}, scores.options());
    const std::int64_t length = q.size(2);
    const std::int64_t count = keys.size(1);
    const auto scale = static_cast<float>(options.scale);
    const auto cap = static_cast<float>(*options.softcap);
    const float* mask = part.mask.defined() ? part.mask.const_data_ptr<float>() : nullptr;
    float* data = scores.data_ptr<float>();
    float* sums = logSums.data_ptr<float>();
    forEachRow(logSums.numel(), count * 8, [&](std::int64_t row) { // a tanh and an exp cost about as much as 8
        const float* maskRow = mask == nullptr ? nullptr : mask + row % length * count;
        sums[row] = kernels::cappedSoftmax(data + row * count, maskRow, scale, cap, count);
    });
    return {at::bmm(scores, part.v.select(1, 0).to(at::kFloat)).view(q.sizes()), logSums};
}

// Pieces of the queries whose scores stay below a bound, one after another.
Partial attentionInPieces(const Part& part, const AttentionOptions& options)
{
    const bool usesCappedKernel = part.q.is_cpu() && options.softcap && !part.q.requires_grad();
    const std::int64_t mostScores = part.q.is_cpu() ? 1 << 20 : 1 << 26; // 4 MB or 256 MB
    const std::int64_t length = part.q.size(2);
    const std::int64_t keys = part.k.size(2);
    const std::int64_t step = std::max<std::int64_t>(16, mostScores / (part.q.size(0) * part.q.size(1) * keys));
    std::vector<at::Tensor> values;
    std::vector<at::Tensor> logSums;
    for (std::int64_t begin = 0; begin < length; begin += step) {
        const std::int64_t end = std::min(begin + step, length);
        Part piece {part.q.slice(2, begin, end), part.k, part.v, false, {}};
        if (part.isCausal)
            piece.mask = causalMask(begin, end - begin, keys, part.q);
        else if (part.mask.defined())
            piece.mask = part.mask.slice(0, begin, end);
        const Partial result = usesCappedKernel ? cappedAttention(piece, options) : plainAttention(piece, options);
        if (end - begin == length)
            return result;
        values.push_back(result.values);
        logSums.push_back(result.logSums);
    }
    return {at::cat(values, 2), at::cat(logSums, 2)};
}

// libtorch's CPU kernel takes 256 query rows at a time from 768 on, and fewer below: that is what makes products fast.
bool isWorthFolding(const Part& part)
{
    constexpr std::int64_t largeBlock = 256;
    const std::int64_t rows = part.q.size(1) * part.q.size(2);
    return part.q.size(1) > 1 && !part.isCausal && !part.mask.defined() && rows >= 3 * largeBlock
        && part.q.size(0) * rows >= 4 * largeBlock * at::get_num_threads();
}

// The queries of heads that share keys as the rows of one head.
Partial foldedAttention(const Part& part, const AttentionOptions& options)
{
    const at::Tensor& q = part.q;
    const at::Tensor rows = q.reshape({q.size(0), 1, q.size(1) * q.size(2), q.size(3)}); // [B, 1, G L, D]
    auto [values, logSums] = at::_scaled_dot_product_flash_attention_for_cpu(
        rows, part.k.narrow(1, 0, 1), part.v.narrow(1, 0, 1), 0.0, false, {}, options.scale);
    return {values.select(1, 0).unflatten(1, {q.size(1), q.size(2)}),
            logSums.select(1, 0).unflatten(1, {q.size(1), q.size(2)})};
}

Partial partialAttention(const Part& part, const AttentionOptions& options)
{
    const at::Tensor& q = part.q;
    const bool mayFuse = !options.softcap && (!q.requires_grad() || part.isAll);
    if (mayFuse && q.is_cpu() && isWorthFolding(part))
        return foldedAttention(part, options);
    if (mayFuse && q.is_cpu()) {
        std::optional<at::Tensor> bias;
        if (part.mask.defined())
            bias = part.mask.to(q.scalar_type());
        auto [values, logSums] =
            at::_scaled_dot_product_flash_attention_for_cpu(q, part.k, part.v, 0.0, part.isCausal, bias, options.scale);
        return {values, logSums};
    }
    const bool isHalf = q.scalar_type() == at::kBFloat16 || q.scalar_type() == at::kHalf;
    if (mayFuse && q.is_cuda() && isHalf && !part.mask.defined() && q.size(-1) % 8 == 0 && q.size(-1) <= 256) {
        auto result =
            at::_scaled_dot_product_flash_attention(q, part.k, part.v, 0.0, part.isCausal, false, options.scale);
        return {std::get<0>(result), std::get<1>(result)};
    }
    return attentionInPieces(part, options);
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
        const StageTimer timer("attention: merge");
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
        const StageTimer timer("attention: merge");
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
        const StageTimer timer("attention: merge");
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

    // A copy where gradients are recorded: they need the rows as they were.
    static at::Tensor rowsOf(const at::Tensor& all, std::int64_t begin, std::int64_t length)
    {
        const at::Tensor rows = all.narrow(0, begin, length);
        return needsGradient({all}) ? rows.clone() : rows;
    }

    void mergeTensors(const at::Tensor& values, const at::Tensor& logSums, std::int64_t begin, std::int64_t length)
    {
        const at::Tensor mine = rowsOf(m_values, begin, length);
        const at::Tensor mySums = rowsOf(m_logSums, begin, length);
        const at::Tensor total = at::logaddexp(mySums, logSums);
        m_values.narrow(0, begin, length)
            .copy_(mine * at::exp(mySums - total).unsqueeze(-1) + values * at::exp(logSums - total).unsqueeze(-1));
        m_logSums.narrow(0, begin, length).copy_(total);
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

// Heads from `firstHead` on of a range of rows as keys or values [keyHeads, G, S, D], where G has stride 0.
at::Tensor sharedHeads(const at::Tensor& rows, const HeadLayout& heads, std::int64_t begin, std::int64_t end,
                       std::int64_t firstHead)
{
    return rows.slice(0, begin, end)
        .narrow(1, firstHead, heads.keyHeads)
        .permute({1, 0, 2})
        .unsqueeze(1)
        .expand({heads.keyHeads, heads.queriesPerKey(), end - begin, heads.size});
}

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
        return sharedHeads(qkv, heads, begin, end, heads.queryHeads);
    }
    [[nodiscard]] at::Tensor values(std::int64_t begin, std::int64_t end) const
    {
        return sharedHeads(qkv, heads, begin, end, heads.queryHeads + heads.keyHeads);
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

// 0 where the query at position i of a path sees the key at position j, `unseen` elsewhere. [length, length]
at::Tensor windowMask(std::int64_t length, std::int64_t window, const at::Tensor& like)
{
    const at::Tensor sees = at::ones({length, length}, like.options().dtype(at::kBool)).tril().triu(1 - window);
    return at::zeros({length, length}, like.options().dtype(at::kFloat)).masked_fill(sees.logical_not(), unseen);
}

// 0 where a key lies within the window of a query; the keys' positions follow each other. [queries, keys]
at::Tensor windowMask(std::span<const std::int64_t> queries, std::int64_t firstKey, std::int64_t keys,
                      std::int64_t window, const at::Tensor& like)
{
    if (!like.is_cpu()) {
        const at::Tensor positions = onDevice(queries, like.device()).unsqueeze(1); // [queries, 1]
        const at::Tensor far = positions - at::arange(firstKey, firstKey + keys, positions.options()) >= window;
        return at::zeros(far.sizes(), like.options().dtype(at::kFloat)).masked_fill(far, unseen);
    }
    at::Tensor mask = at::empty({std::ssize(queries), keys}, at::kFloat);
    float* to = mask.data_ptr<float>();
    for (const std::int64_t query : queries) {
        for (std::int64_t key = firstKey; key < firstKey + keys; ++key)
            *to++ = query - key < window ? 0.0F : static_cast<float>(unseen);
    }
    return mask;
}

/// Attention of one layer: the parts of the plan, one after another.
class LayerAttention
{
public:
    LayerAttention(const at::Tensor& qkv, const HeadLayout& heads, const AttentionPlan& plan,
                   const AttentionOptions& options, const KeptKeys& kept)
        : m_qkv(qkv)
        , m_heads(heads)
        , m_plan(plan)
        , m_options(options)
        , m_kept(kept)
        , m_rows {qkv, heads}
        , m_sum(qkv, heads)
    {
    }

    at::Tensor run()
    {
        addRuns();
        addGroups();
        for (const SharedBlock& block : m_plan.blocks) {
            const StageTimer timer("attention: shared blocks");
            if (block.cached >= 0)
                addKept(block);
            else
                addBlock(block, m_qkv);
        }
        return m_sum.result(m_qkv.scalar_type());
    }

private:
    void addRuns()
    {
        const StageTimer timer("attention: runs");
        for (const CausalRun& run : m_plan.runs)
            m_sum.store(partialAttention(causal(m_rows.queries(run.begin, run.end), m_rows.keys(run.begin, run.end),
                                                m_rows.values(run.begin, run.end)),
                                         m_options),
                        run.begin);
    }

    void addGroups()
    {
        const StageTimer timer("attention: groups");
        for (const PathGroup& group : m_plan.groups)
            m_sum.store(partialAttention(gathered(group), m_options), group);
    }

    // Consecutive tokens on themselves.
    [[nodiscard]] Part causal(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) const
    {
        if (m_options.window && *m_options.window < q.size(2))
            return {q, k, v, false, windowMask(q.size(2), *m_options.window, q)};
        return {q, k, v, true, {}};
    }

    [[nodiscard]] Part gathered(const PathGroup& group) const
    {
        const std::int64_t batch = group.paths * m_heads.keyHeads;
        const auto sharedByGroup = [&](std::int64_t firstHead) {
            return gatherHeads(m_qkv, group, firstHead, m_heads.keyHeads)
                .unsqueeze(1)
                .expand({batch, m_heads.queriesPerKey(), group.length, m_heads.size});
        };
        const at::Tensor q = gatherHeads(m_qkv, group, 0, m_heads.queryHeads)
                                 .view({batch, m_heads.queriesPerKey(), group.length, m_heads.size});
        Part part = causal(q, sharedByGroup(m_heads.queryHeads), sharedByGroup(m_heads.queryHeads + m_heads.keyHeads));
        part.isAll = m_plan.blocks.empty();
        return part;
    }

    // Each slice of the chain is a block of its own.
    void addKept(const SharedBlock& block)
    {
        SharedBlock part = block;
        for (const KvSlice& slice : m_kept.chains[static_cast<std::size_t>(block.cached)].slices) {
            part.keyBegin = 0;
            part.keyEnd = slice.length;
            addBlock(part, slice.layer(m_kept.layer));
            part.keyPosition += slice.length;
        }
    }

    // The keys are rows of `rows`: of the batch, or of what is kept.
    void addBlock(const SharedBlock& block, const at::Tensor& rows)
    {
        if (!m_options.window || m_plan.longest <= *m_options.window)
            return merge(block, rows, {});
        constexpr std::int64_t pieceRows = 256; // queries that are near each other see about the same keys
        for (std::int64_t begin = block.queryBegin; begin < block.queryEnd; begin += pieceRows) {
            SharedBlock piece = block;
            piece.queryBegin = begin;
            piece.queryEnd = std::min(begin + pieceRows, block.queryEnd);
            addWithinWindow(piece, rows);
        }
    }

    // Keys that all queries see need no mask; those that no query sees are left out.
    void addWithinWindow(SharedBlock block, const at::Tensor& rows)
    {
        const auto queries = std::span(m_plan.positions)
                                 .subspan(static_cast<std::size_t>(block.queryBegin),
                                          static_cast<std::size_t>(block.queryEnd - block.queryBegin));
        const auto [nearest, farthest] = std::ranges::minmax(queries);
        const std::int64_t unseenKeys = std::max<std::int64_t>(0, nearest - *m_options.window + 1 - block.keyPosition);
        block.keyBegin += unseenKeys;
        block.keyPosition += unseenKeys;
        const std::int64_t keys = block.keyEnd - block.keyBegin;
        if (keys <= 0)
            return;
        if (farthest - block.keyPosition < *m_options.window)
            return merge(block, rows, {});
        merge(block, rows, windowMask(queries, block.keyPosition, keys, *m_options.window, m_qkv));
    }

    void merge(const SharedBlock& block, const at::Tensor& rows, const at::Tensor& mask)
    {
        const std::int64_t keyHead = block.cached >= 0 ? 0 : m_heads.queryHeads; // what is kept has no queries
        const at::Tensor k = sharedHeads(rows, m_heads, block.keyBegin, block.keyEnd, keyHead);
        const at::Tensor v = sharedHeads(rows, m_heads, block.keyBegin, block.keyEnd, keyHead + m_heads.keyHeads);
        m_sum.merge(partialAttention({m_rows.queries(block.queryBegin, block.queryEnd), k, v, false, mask}, m_options),
                    block.queryBegin);
    }

    const at::Tensor& m_qkv;
    const HeadLayout& m_heads;
    const AttentionPlan& m_plan;
    const AttentionOptions& m_options;
    const KeptKeys& m_kept;
    RowViews m_rows;
    Accumulator m_sum;
};

} // namespace

at::Tensor attend(const at::Tensor& qkv, const HeadLayout& heads, const AttentionPlan& plan,
                  const AttentionOptions& options, const KeptKeys& kept)
{
    return LayerAttention(qkv, heads, plan, options, kept).run();
}

} // namespace driftscope::network
