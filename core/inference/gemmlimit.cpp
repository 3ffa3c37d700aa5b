// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/gemmlimit.h"

#include "core/inference/loadedmodel_p.h"
#include "core/network/torchguard.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

namespace driftscope::inference {

namespace {

constexpr int repeats = 5;
constexpr std::int64_t mostLayers = 32; ///< copies of a weight that are used in turn

/// A linear layer of the decoder and how many of its shape each layer has.
struct LinearShape {
    std::int64_t inputs = 0;
    std::int64_t outputs = 0;
    double perLayer = 1;
};

std::vector<LinearShape> shapesOf(const checkpoint::ModelConfig& config)
{
    const std::int64_t queries = config.heads * config.headDim;
    const std::int64_t keys = config.keyValueHeads * config.headDim;
    return {{config.hiddenSize, queries, 1},
            {queries, config.hiddenSize, 1},
            {config.hiddenSize, keys, 2},
            {config.hiddenSize, config.intermediateSize, 2},
            {config.intermediateSize, config.hiddenSize, 1}};
}

// Median seconds of one product; on CUDA reading one number waits for the work.
double secondsOf(const LinearShape& shape, std::int64_t rows, std::int64_t layers, at::TensorOptions options)
{
    const at::Tensor x = at::randn({rows, shape.inputs}, options);
    std::vector<at::Tensor> weights;
    for (std::int64_t layer = 0; layer < layers; ++layer)
        weights.push_back(at::randn({shape.outputs, shape.inputs}, options));
    std::vector<double> seconds;
    for (int repeat = 0; repeat <= repeats; ++repeat) {
        const auto start = std::chrono::steady_clock::now();
        at::Tensor last;
        for (const at::Tensor& weight : weights)
            last = at::linear(x, weight);
        if (!last.is_cpu())
            static_cast<void>(last.flatten()[0].item());
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
        if (repeat > 0) // the first warms up
            seconds.push_back(elapsed.count() / static_cast<double>(layers));
    }
    std::ranges::sort(seconds);
    return seconds[seconds.size() / 2];
}

double attentionFlops(const checkpoint::ModelConfig& config, const QueryShape& shape)
{
    const double tail = shape.suffixTokens / shape.candidates;
    const double pairs =
        shape.prefixTokens * (shape.prefixTokens + 1) / 2 + shape.suffixTokens * (shape.prefixTokens + (tail + 1) / 2);
    return 4.0 * static_cast<double>(config.heads * config.headDim * config.layers) * pairs;
}

} // namespace

double leastFlops(const checkpoint::ModelConfig& config, const QueryShape& shape)
{
    double weights = 0;
    for (const LinearShape& linear : shapesOf(config))
        weights += linear.perLayer * static_cast<double>(linear.inputs * linear.outputs * config.layers);
    return 2 * weights * (shape.prefixTokens + shape.suffixTokens) + attentionFlops(config, shape);
}

Result<GemmLimit> measureGemmLimit(const LoadedModel& model, const QueryShape& shape, const JobContext& context)
{
    return network::guarded("Measuring matrix products", [&]() -> Result<GemmLimit> {
        const c10::InferenceMode inference;
        const checkpoint::ModelConfig& config = model.config();
        const auto options = at::TensorOptions(model.parts().device.torch).dtype(model.parts().weights.computeType);
        const std::int64_t layers = std::min(config.layers, mostLayers);
        double seconds = 0;
        double flops = 0;
        for (const double rows : {shape.prefixTokens, shape.suffixTokens}) {
            for (const LinearShape& linear : shapesOf(config)) {
                if (context.isStopped())
                    return fail(ErrorCode::Cancelled, "The benchmark was stopped.");
                const double times = linear.perLayer * static_cast<double>(config.layers);
                const auto wholeRows = std::max<std::int64_t>(1, std::llround(rows));
                seconds += times * secondsOf(linear, wholeRows, layers, options);
                flops += times * 2.0 * static_cast<double>(wholeRows * linear.inputs * linear.outputs);
            }
        }
        const double rate = flops / seconds;
        return GemmLimit {seconds + attentionFlops(config, shape) / rate, rate};
    });
}

} // namespace driftscope::inference
