// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/generationstate.h"

#include <algorithm>

namespace driftscope::inference {

namespace {

// A stream of its own for each text, whatever it is asked for together with.
RandomStream streamOf(const TokenSequence& prompt, std::uint64_t seed)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL; // FNV-1a
    for (const TokenId token : prompt)
        hash = (hash ^ static_cast<std::uint64_t>(token)) * 0x100000001b3ULL;
    return {seed, "generate", {hash}};
}

} // namespace

GenerationState::GenerationState(const TokenSequence& prompt, const GenerateOptions& options,
                                 std::int64_t contextLength)
    : m_options(&options)
    , m_promptTokens(static_cast<std::int64_t>(prompt.size()))
    , m_contextLength(contextLength)
    , m_random(streamOf(prompt, options.seed))
{
}

std::int64_t GenerationState::lastPosition() const
{
    return m_promptTokens + static_cast<std::int64_t>(m_tokens.size()) - 1;
}

TokenId GenerationState::draw(std::span<const float> logits)
{
    const TokenId token = drawToken(logits, *m_options, m_random.uniform());
    m_tokens.push_back(token);
    if (std::ranges::find(m_options->stopTokens, token) != m_options->stopTokens.end())
        m_end = GenerationEnd::StopToken;
    else if (static_cast<std::int64_t>(m_tokens.size()) >= m_options->maxTokens)
        m_end = GenerationEnd::MaxTokens;
    else if (lastPosition() >= m_contextLength) // it could be read no more
        m_end = GenerationEnd::ContextFull;
    return token;
}

} // namespace driftscope::inference
