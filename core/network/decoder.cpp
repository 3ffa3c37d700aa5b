// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/decoder.h"

#include "core/network/attention.h"
#include "core/network/norms.h"
#include "core/network/rope.h"
#include "core/network/rows_p.h"

#include <algorithm>

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

    Result<at::Tensor> run(const JobContext& context)
    {
        const at::Device device = m_weights.embedding.device();
        m_plan = AttentionPlan::make(m_batch.segments, hasShortWindow(), device);
        m_angles = ropeAngles(m_weights.ropeFrequencies, m_batch.positions, device);
        const at::Tensor tokens = at::tensor(m_batch.tokens, at::kLong).to(device);
        at::Tensor x = m_weights.embedding.index_select(0, tokens).to(at::kFloat); // [N, hidden]
        for (std::size_t layer = 0; layer < m_weights.layers.size(); ++layer) {
            if (context.isStopped())
                return fail(ErrorCode::Cancelled, "Scoring was stopped.");
            x = runLayer(x, layer);
        }
        return rmsNorm(x, m_weights.finalNorm, m_config.rmsNormEpsilon, at::kFloat);
    }

private:
    [[nodiscard]] std::optional<std::int64_t> windowOf(std::size_t layer) const
    {
        return layer < m_config.slidingWindow.size() ? m_config.slidingWindow[layer] : std::nullopt;
    }

    [[nodiscard]] bool hasShortWindow() const
    {
        const std::int64_t longest = longestPrompt(m_batch.segments);
        return std::ranges::any_of(m_config.slidingWindow,
                                   [&](const auto& window) { return window && *window < longest; });
    }

    at::Tensor runLayer(at::Tensor x, std::size_t index)
    {
        const LayerWeights& layer = m_weights.layers[index];
        at::Tensor attended = attention(x, layer, windowOf(index)); // [N, heads * headDim]
        if (index + 1 == m_weights.layers.size()) {
            // From here on the last layer matters only for the rows that are read.
            const at::Tensor rows = at::tensor(m_batch.readRows, at::kLong).to(x.device());
            attended = attended.index_select(0, rows);
            x = x.index_select(0, rows);
        }
        applyAndAdd(layer.output, attended, x, m_workspace);
        for (std::int64_t begin = 0; begin < x.size(0); begin += mlpRows) {
            at::Tensor rows = x.slice(0, begin, std::min(begin + mlpRows, x.size(0)));
            mlp(rows, layer);
        }
        return x;
    }

    at::Tensor attention(const at::Tensor& x, const LayerWeights& layer, std::optional<std::int64_t> window)
    {
        const at::Tensor normed = rmsNorm(x, layer.attentionNorm, m_config.rmsNormEpsilon, m_weights.computeType);
        at::Tensor qkv = apply(layer.queryKeyValue, normed, m_workspace, ProjectionSlot)
                             .view({x.size(0), m_heads.total(), m_heads.size});
        qkv = rotateHeads(qkv, m_heads.queryHeads, m_heads.keyHeads, m_angles,
                          {layer.queryNorm, layer.keyNorm, m_config.rmsNormEpsilon});
        return attend(qkv, m_heads, m_plan, window);
    }

    // x += down(activation(gate) * up), in place
    void mlp(at::Tensor& x, const LayerWeights& layer)
    {
        const at::Tensor normed = rmsNorm(x, layer.mlpNorm, m_config.rmsNormEpsilon, m_weights.computeType);
        const at::Tensor gateUp = apply(layer.gateUp, normed, m_workspace, GateSlot); // [N, 2 * intermediate]
        applyAndAdd(layer.down, gated(gateUp), x, m_workspace);
    }

    at::Tensor gated(const at::Tensor& gateUp)
    {
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
    Workspace m_workspace;
};

} // namespace

Result<at::Tensor> runDecoder(const DecoderWeights& weights, const PackedBatch& batch, const JobContext& context)
{
    return Forward(weights, batch).run(context);
}

std::int64_t activationBytes(const checkpoint::ModelConfig& config, std::int64_t tokens)
{
    const std::int64_t queries = config.heads * config.headDim;
    const std::int64_t projected = queries + 2 * config.keyValueHeads * config.headDim;
    // residual and normed; projection; attention sum, its copy, a partial result and gathered copies; angles
    const std::int64_t perToken = 3 * config.hiddenSize + 2 * projected + 4 * queries + 2 * config.headDim;
    const std::int64_t mlp = std::min(tokens, mlpRows) * (3 * config.intermediateSize + 2 * config.hiddenSize);
    return 4 * (tokens * perToken + mlp);
}

} // namespace driftscope::network
