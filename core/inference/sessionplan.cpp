// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/loadedmodel_p.h"
#include "core/inference/sessionplan_p.h"

#include <limits>

namespace driftscope::inference {

namespace {

constexpr std::int64_t cpuBatchTokens = 2048;
constexpr std::int64_t fewestCudaTokens = 2048;
constexpr std::int64_t mostCudaTokens = 32'768; ///< matrix products gain nothing from more rows

// Doubled while half of what is free holds the batch: the rest is for the allocator's rounding and for other sessions.
std::int64_t cudaBatchTokens(const LoadedModel& model)
{
    std::int64_t tokens = fewestCudaTokens;
    const std::int64_t free = model.parts().device.freeBytes();
    while (tokens < mostCudaTokens && network::activationBytes(model.config(), 2 * tokens) <= free / 2)
        tokens *= 2;
    return tokens;
}

} // namespace

SessionOptions completed(SessionOptions options, const LoadedModel& model)
{
    if (options.batchTokens <= 0)
        options.batchTokens = model.parts().device.isCuda() ? cudaBatchTokens(model) : cpuBatchTokens;
    return options;
}

std::int64_t memoryLimit(const SessionOptions& options, const LoadedModel& model)
{
    if (options.memoryLimitBytes > 0)
        return options.memoryLimitBytes;
    // libtorch keeps GPU memory that it has had once: what the driver calls free is less than what can be used. There
    // the allocator itself says when memory runs out.
    if (model.parts().device.isCuda())
        return std::numeric_limits<std::int64_t>::max();
    return model.parts().device.freeBytes();
}

std::int64_t lengthClassOf(const TokenizedPrompt& prompt, const checkpoint::ModelConfig& config)
{
    return config.rope.lengthClass(longestSequence(prompt));
}

std::vector<PlannedBatch> planSession(std::span<const TokenizedPrompt> prompts, const SessionOptions& options,
                                      const checkpoint::ModelConfig& config)
{
    return planBatches(prompts, options.batchTokens, options.sharePrefixes,
                       [&config](std::int64_t tokens) { return config.rope.lengthClass(tokens); });
}

std::vector<TokenizedPrompt> asPrompts(std::span<const TokenSequence> sequences)
{
    const auto none = std::make_shared<const AnswerTokens>();
    std::vector<TokenizedPrompt> prompts;
    prompts.reserve(sequences.size());
    for (const TokenSequence& sequence : sequences)
        prompts.push_back({sequence, none});
    return prompts;
}

} // namespace driftscope::inference
