// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/decoder.h"

#include "core/base/stagetimer.h"
#include "core/network/adapterweights.h"
#include "core/network/attention.h"
#include "core/network/device.h"
#include "core/network/norms.h"
#include "core/network/recompute.h"
#include "core/network/rope.h"
#include "core/network/rows_p.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace driftscope::network {

namespace {

constexpr std::int64_t mlpRows = 512; ///< rows of the wide MLP activations that exist at once: they stay in the cache

kernels::Gate gateOf(checkpoint::Activation activation)
{
    switch (activation) {
    case checkpoint::Activation::GeluTanh:
        return kernels::Gate::GeluTanh;
    case checkpoint::Activation::Gelu:
        return kernels::Gate::Gelu;
    default:
        return kernels::Gate::Silu;
    }
}

at::Tensor activated(const at::Tensor& gate, kernels::Gate activation)
{
    switch (activation) {
    case kernels::Gate::GeluTanh:
        return at::gelu(gate, "tanh");
    case kernels::Gate::Gelu:
        return at::gelu(gate);
    default:
        return at::silu(gate);
    }
}

/// One forward pass: what its layers share.
class Forward
{
public:
    Forward(const DecoderWeights& weights, const PackedBatch& batch)
        : m_weights(weights)
        , m_config(weights.config)
        , m_batch(batch)
        , m_heads {weights.config.heads, weights.config.keyValueHeads, weights.config.headDim}
        , m_gate(gateOf(weights.config.activation))
    {
    }

    /// @param self  owns this object where layers are computed again: it must live until the gradients are there.
    Result<DecoderRun> run(const JobContext& context, const std::shared_ptr<Forward>& self = nullptr)
    {
        m_kept.resize(m_batch.kept.size());
        const at::Device device = m_weights.embedding.device();
        prepare(device);
        at::Tensor x = embedded(); // fp32 [N, hidden]
        for (std::size_t layer = 0; layer < m_weights.layers.size(); ++layer) {
            if (context.isStopped())
                return fail(ErrorCode::Cancelled, "Scoring was stopped.");
            x = self ? recomputed([self, layer](const at::Tensor& input) { return self->runLayer(input, layer); }, x)
                     : runLayer(x, layer);
        }
        DecoderRun done {normed(x, m_weights.finalNorm, at::kFloat), {}};
        for (KvPiece& piece : m_kept)
            done.kept.push_back(std::make_shared<const KvPiece>(std::move(piece)));
        return done;
    }

private:
    // All that the layers share goes to the device before the first: no layer waits for the host.
    void prepare(at::Device device)
    {
        const StageTimer timer("attention plan, angles");
        m_plan = AttentionPlan::make(m_batch.segments, device, at::GradMode::is_enabled());
        m_angles = anglesOf(m_config.rope, device);
        if (m_config.localRope)
            m_localAngles = anglesOf(*m_config.localRope, device);
        m_readRows = onDevice(m_batch.readRows, device);
    }

    [[nodiscard]] at::Tensor embedded() const
    {
        const StageTimer timer("embedding");
        return embed(m_weights, m_batch.tokens);
    }

    [[nodiscard]] at::Tensor normed(const at::Tensor& x, const at::Tensor& weight, at::ScalarType type) const
    {
        const StageTimer timer("norms");
        return rmsNorm(x, weight, m_config.rmsNormEpsilon, type);
    }

    [[nodiscard]] RopeAngles anglesOf(const checkpoint::Rope& rope, at::Device device) const
    {
        return ropeAngles(ropeFrequencies(m_config, rope, m_batch.lengthClass), m_batch.positions, device);
    }

    [[nodiscard]] RopeAngles anglesOf(std::int64_t layer) const
    {
        if (!m_config.usesRope(layer))
            return {};
        return m_config.localRope && m_config.windowOf(layer) ? m_localAngles : m_angles;
    }

    [[nodiscard]] AttentionOptions optionsOf(std::int64_t layer) const
    {
        return {m_config.windowOf(layer),
                m_config.attentionScale.value_or(1 / std::sqrt(static_cast<double>(m_heads.size))),
                m_config.attentionSoftcap};
    }

    at::Tensor runLayer(at::Tensor x, std::size_t index)
    {
        const LayerWeights& layer = m_weights.layers[index];
        at::Tensor attended = attention(x, layer, static_cast<std::int64_t>(index)); // [N, heads * headDim]
        if (index + 1 == m_weights.layers.size()) {
            // From here on the last layer matters only for the rows that are read.
            attended = attended.index_select(0, m_readRows);
            x = x.index_select(0, m_readRows);
        }
        addBranch("product: output", layer.output, attended, layer.attentionOutputNorm, x);
        if (at::GradMode::is_enabled()) { // gradients need x as it was: no rows of it may change
            mlp(x, layer);
            return x;
        }
        for (std::int64_t begin = 0; begin < x.size(0); begin += mlpRows) {
            at::Tensor rows = x.slice(0, begin, std::min(begin + mlpRows, x.size(0)));
            mlp(rows, layer);
        }
        return x;
    }

    at::Tensor attention(const at::Tensor& x, const LayerWeights& layer, std::int64_t index)
    {
        const at::Tensor input = normed(x, layer.attentionNorm, m_weights.computeType);
        at::Tensor qkv = product("product: queries, keys, values", layer.queryKeyValue, input, ProjectionSlot)
                             .view({x.size(0), m_heads.total(), m_heads.size});
        {
            const StageTimer timer("rotation");
            qkv = rotateHeads(qkv, m_heads.queryHeads, m_heads.keyHeads, anglesOf(index),
                              {layer.queryNorm, layer.keyNorm, m_config.rmsNormEpsilon});
            keep(qkv);
        }
        return attend(qkv, m_heads, m_plan, optionsOf(index), {m_batch.cached, static_cast<std::size_t>(index)});
    }

    // Copies the keys and values of this layer that are wanted: the projection's memory is used again.
    void keep(const at::Tensor& qkv)
    {
        for (std::size_t i = 0; i < m_kept.size(); ++i) {
            const TokenSegment& segment = m_batch.segments[m_batch.kept[i]];
            m_kept[i].layers.push_back(qkv.slice(0, segment.begin, segment.end)
                                           .narrow(1, m_heads.queryHeads, 2 * m_heads.keyHeads)
                                           .clone(at::MemoryFormat::Contiguous));
        }
    }

    // x += down(activation(gate) * up)
    void mlp(at::Tensor& x, const LayerWeights& layer)
    {
        const at::Tensor input = normed(x, layer.mlpNorm, m_weights.computeType);
        const at::Tensor gateUp = product("product: gate, up", layer.gateUp, input, GateSlot); // [N, 2 * intermediate]
        addBranch("product: down", layer.down, gated(gateUp), layer.mlpOutputNorm, x);
    }

    at::Tensor product(std::string_view stage, const Linear& linear, const at::Tensor& x, WorkspaceSlot slot)
    {
        const StageTimer timer(stage);
        return apply(linear, x, m_workspace, slot);
    }

    // x += norm(branch W^T + b); without a norm as one product that adds.
    void addBranch(std::string_view stage, const Linear& linear, const at::Tensor& branch, const at::Tensor& norm,
                   at::Tensor& x)
    {
        const StageTimer timer(stage);
        if (!norm.defined())
            return applyAndAdd(linear, branch, x, m_workspace);
        const at::Tensor added = apply(linear, branch, m_workspace, BranchSlot); // [N, hidden]
        addInPlace(x, normed(added.to(at::kFloat), norm, at::kFloat));
    }

    at::Tensor gated(const at::Tensor& gateUp)
    {
        const StageTimer timer("activation");
        const std::int64_t width = gateUp.size(1) / 2;
        if (!usesKernels(gateUp) || !gateUp.is_contiguous())
            return activated(gateUp.narrow(1, 0, width), m_gate) * gateUp.narrow(1, width, width);
        at::Tensor out = m_workspace.take(ActivationSlot, gateUp.size(0), width, gateUp.options());
        withData(gateUp, [&](const auto* from) {
            auto* to = static_cast<std::remove_const_t<std::remove_pointer_t<decltype(from)>>*>(out.data_ptr());
            forEachRow(gateUp.size(0), width * 8, [&](std::int64_t row) {
                const auto* gates = from + row * 2 * width;
                kernels::gate(gates, gates + width, m_gate, width, to + row * width);
            });
        });
        return out;
    }

    const DecoderWeights& m_weights;
    const checkpoint::ModelConfig& m_config;
    const PackedBatch& m_batch;
    HeadLayout m_heads;
    kernels::Gate m_gate;
    AttentionPlan m_plan;
    RopeAngles m_angles;
    RopeAngles m_localAngles; ///< of layers with a window, if they differ
    at::Tensor m_readRows; ///< on the device
    Workspace m_workspace;
    std::vector<KvPiece> m_kept; ///< of the layers so far
};

/// A forward pass with copies of what it refers to (of tensors, handles).
struct LastingForward {
    LastingForward(const DecoderWeights& ofWeights, const PackedBatch& ofBatch)
        : weights(ofWeights)
        , batch(ofBatch)
    {
    }

    DecoderWeights weights;
    PackedBatch batch;
    Forward forward {weights, batch};
};

} // namespace

Result<at::Tensor> runDecoder(const DecoderWeights& weights, const PackedBatch& batch, const JobContext& context)
{
    DRIFTSCOPE_TRY(DecoderRun done, runDecoderKeeping(weights, batch, context));
    return done.hidden;
}

Result<DecoderRun> runDecoderKeeping(const DecoderWeights& weights, const PackedBatch& batch, const JobContext& context)
{
    return Forward(weights, batch).run(context);
}

Result<at::Tensor> runDecoderRecomputing(const DecoderWeights& weights, const PackedBatch& batch,
                                         const JobContext& context)
{
    const auto lasting = std::make_shared<LastingForward>(weights, batch);
    lasting->batch.kept.clear(); // would be kept twice
    DRIFTSCOPE_TRY(DecoderRun done,
                   lasting->forward.run(context, std::shared_ptr<Forward>(lasting, &lasting->forward)));
    return done.hidden;
}

std::int64_t activationBytes(const checkpoint::ModelConfig& config, std::int64_t tokens)
{
    const std::int64_t queries = config.heads * config.headDim;
    const std::int64_t projected = queries + 2 * config.keyValueHeads * config.headDim;
    // residual and normed; projection; attention sum, its copy, a partial result and gathered copies; angles
    const std::int64_t perToken = 3 * config.hiddenSize + 2 * projected + 4 * queries + 2 * config.headDim;
    const std::int64_t mlp = std::min(tokens, mlpRows) * (3 * config.intermediateSize + 2 * config.hiddenSize);
    const std::int64_t branch = config.branchNorms ? 3 * tokens * config.hiddenSize : 0; // output, widened, normed
    const std::int64_t scores = config.attentionSoftcap ? 3 * tokens * queries : 0; // widened queries, keys and values
    return 4 * (tokens * perToken + mlp + branch + scores);
}

} // namespace driftscope::network
