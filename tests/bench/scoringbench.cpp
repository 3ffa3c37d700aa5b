// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the small parts of scoring, with Google Benchmark; built on request as target `benchmarks`:
//   driftscope_scoringbench [--benchmark_filter=REGEX] [--benchmark_repetitions=N]
// A query has 460 tokens that its 20 candidates share and 20 of each one's own, the heads are SmolLM2-135M's.
#include "core/base/random.h"
#include "core/inference/batchplan.h"
#include "core/inference/llmscorer.h"
#include "core/inference/prefixtree.h"
#include "core/network/attention.h"
#include "core/network/cpukernels.h"
#include "core/network/norms.h"
#include "core/tokenizer/tokenizerloader.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <benchmark/benchmark.h>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

using namespace driftscope;

namespace {

constexpr std::int64_t hiddenSize = 576;
constexpr std::int64_t mlpSize = 1536;
constexpr network::HeadLayout smolHeads {9, 3, 64};
constexpr std::size_t sharedTokens = 460;
constexpr std::size_t ownTokens = 20;
constexpr std::size_t candidates = 20;

std::vector<inference::TokenizedPrompt> prompts(std::size_t users, std::int32_t vocabulary)
{
    const auto answers = std::make_shared<const inference::AnswerTokens>(inference::AnswerTokens {{{1}, {2}}});
    std::vector<inference::TokenizedPrompt> all;
    RandomStream random(1, "scoringbench");
    const auto token = [&] { return static_cast<std::int32_t>(random.index(static_cast<std::size_t>(vocabulary))); };
    for (std::size_t user = 0; user < users; ++user) {
        std::vector<inference::TokenId> prefix(sharedTokens);
        std::ranges::generate(prefix, token);
        for (std::size_t candidate = 0; candidate < candidates; ++candidate) {
            inference::TokenizedPrompt prompt {prefix, answers};
            std::generate_n(std::back_inserter(prompt.tokens), ownTokens, token);
            all.push_back(std::move(prompt));
        }
    }
    return all;
}

inference::PrefixTree treeOf(const std::vector<inference::TokenizedPrompt>& all)
{
    std::vector<inference::TokenView> views;
    for (const auto& prompt : all)
        views.emplace_back(prompt.tokens);
    return {views, true};
}

void prefixTree(benchmark::State& state)
{
    const auto all = prompts(static_cast<std::size_t>(state.range(0)), 49152);
    for (auto _ : state)
        benchmark::DoNotOptimize(treeOf(all).rows());
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(all.size()));
}
BENCHMARK(prefixTree)->Arg(1)->Arg(8)->Arg(64);

void batchPlan(benchmark::State& state)
{
    const auto all = prompts(static_cast<std::size_t>(state.range(0)), 49152);
    for (auto _ : state)
        benchmark::DoNotOptimize(inference::planBatches(all, 2048, true));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(all.size()));
}
BENCHMARK(batchPlan)->Arg(1)->Arg(8)->Arg(64);

void attentionPlan(benchmark::State& state)
{
    const auto tree = treeOf(prompts(static_cast<std::size_t>(state.range(0)), 49152));
    for (auto _ : state)
        benchmark::DoNotOptimize(network::AttentionPlan::make(tree.segments(), at::kCPU));
}
BENCHMARK(attentionPlan)->Arg(1)->Arg(4);

void attention(benchmark::State& state)
{
    const c10::InferenceMode inference;
    const auto tree = treeOf(prompts(1, 49152));
    const auto plan = network::AttentionPlan::make(tree.segments(), at::kCPU);
    const at::Tensor qkv = at::randn({tree.rows(), smolHeads.total(), smolHeads.size});
    for (auto _ : state)
        benchmark::DoNotOptimize(network::attend(qkv, smolHeads, plan, {{}, 0.125, {}}));
}
BENCHMARK(attention)->UseRealTime();

void tokenizer(benchmark::State& state)
{
    const auto loaded = tokenizer::loadTokenizer(DRIFTSCOPE_TEST_DATA "/checkpoints/smollm2-like");
    if (!loaded)
        return state.SkipWithError(loaded.error().message.c_str());
    std::string text = "Each example lists films that a user liked, oldest first.\n\n";
    for (int i = 0; i < 60; ++i)
        text += "\"Silent Harbor (19" + std::to_string(40 + i) + ")\", ";
    for (auto _ : state)
        benchmark::DoNotOptimize((*loaded)->encode(text));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(tokenizer);

void rmsNorm(benchmark::State& state)
{
    const c10::InferenceMode inference;
    const at::Tensor x = at::randn({state.range(0), hiddenSize});
    const at::Tensor weight = at::randn({hiddenSize});
    for (auto _ : state)
        benchmark::DoNotOptimize(network::rmsNorm(x, weight, 1e-5, at::kFloat));
    state.SetItemsProcessed(state.iterations() * x.numel());
}
BENCHMARK(rmsNorm)->Arg(20)->Arg(880)->UseRealTime();

void gateKernel(benchmark::State& state)
{
    std::vector<float> gates(mlpSize, 0.5F);
    std::vector<float> out(mlpSize);
    for (auto _ : state)
        network::kernels::gate(gates.data(), gates.data(), network::kernels::Gate::Silu, mlpSize, out.data());
    benchmark::DoNotOptimize(out.data());
    state.SetItemsProcessed(state.iterations() * mlpSize);
}
BENCHMARK(gateKernel);

void mergeKernel(benchmark::State& state)
{
    std::vector<float> values(64, 0.5F);
    std::vector<float> others(64, 0.25F);
    float logSum = 1;
    for (auto _ : state)
        network::kernels::merge(values.data(), logSum, others.data(), 0.5F, 64);
    benchmark::DoNotOptimize(values.data());
    state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(mergeKernel);

// Whether packing weights once pays: 0 = as the decoder multiplies, 1 = packed by MKL, 2 = packed by oneDNN.
void product(benchmark::State& state)
{
    const c10::InferenceMode inference;
    const std::int64_t rows = state.range(1);
    const at::Tensor x = at::randn({rows, hiddenSize});
    const at::Tensor weight = at::randn({2 * mlpSize, hiddenSize});
    at::Tensor out = at::empty({rows, 2 * mlpSize});
    auto& dispatcher = c10::Dispatcher::singleton();
    const auto call = [&](const char* name, std::vector<c10::IValue> stack) {
        dispatcher.findSchemaOrThrow(name, "").callBoxed(&stack);
        return stack.front().toTensor();
    };
    if (state.range(0) > 0 && !dispatcher.findSchema({"mkl::_mkl_linear", ""}))
        return state.SkipWithError("this libtorch has no packed products");
    at::Tensor packed;
    if (state.range(0) == 1)
        packed = call("mkl::_mkl_reorder_linear_weight", {weight, rows});
    if (state.range(0) == 2)
        packed = call("mkldnn::_reorder_linear_weight", {weight, rows});
    for (auto _ : state) {
        if (state.range(0) == 0)
            at::mm_out(out, x, weight.t());
        else if (state.range(0) == 1)
            call("mkl::_mkl_linear", {x, packed, weight, c10::IValue(), rows});
        else
            call(
                "mkldnn::_linear_pointwise",
                {x, packed, c10::IValue(), std::string("none"), c10::List<std::optional<at::Scalar>>(), std::string()});
    }
    state.counters["flop/s"] = benchmark::Counter(static_cast<double>(state.iterations()) * 4.0
                                                      * static_cast<double>(rows * hiddenSize * mlpSize),
                                                  benchmark::Counter::kIsRate);
}
BENCHMARK(product)->ArgsProduct({{0, 1, 2}, {416, 880}})->UseRealTime();

// The whole of a small model: what a call costs beside the products.
void rankWithTinyModel(benchmark::State& state)
{
    const auto checkpoint = checkpoint::Checkpoint::open(DRIFTSCOPE_TEST_DATA "/checkpoints/llama");
    if (!checkpoint)
        return state.SkipWithError(checkpoint.error().message.c_str());
    const auto model = inference::LoadedModel::load(*checkpoint, {.device = inference::DeviceChoice::Cpu}, {});
    if (!model)
        return state.SkipWithError(model.error().message.c_str());
    const auto scorer = inference::makeScorer(*model);
    auto all = prompts(1, static_cast<std::int32_t>((*model)->config().vocabularySize));
    for (auto& prompt : all) // the tiny model's context is short
        prompt.tokens.erase(prompt.tokens.begin(), prompt.tokens.begin() + (sharedTokens - 80));
    for (auto _ : state) {
        const auto scores = scorer->score(all, {}, {});
        if (!scores)
            return state.SkipWithError(scores.error().message.c_str());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(all.size()));
}
BENCHMARK(rankWithTinyModel)->UseRealTime();

} // namespace

BENCHMARK_MAIN();
