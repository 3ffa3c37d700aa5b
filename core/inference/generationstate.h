// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/inference/textmodel.h"

#include <optional>
#include <span>

namespace driftscope::inference {

/// The continuation of one prompt while it grows: draws its tokens and knows when it ends.
class GenerationState
{
public:
    /// @param options  outlive the state.
    GenerationState(const TokenSequence& prompt, const GenerateOptions& options, std::int64_t contextLength);

    /// Draws the next token from the logits after what there is so far.
    TokenId draw(std::span<const float> logits);
    [[nodiscard]] bool isEnded() const { return m_end.has_value(); }
    /// Position of the token that was drawn last.
    [[nodiscard]] std::int64_t lastPosition() const;
    [[nodiscard]] Generation result() const { return {m_tokens, m_end.value_or(GenerationEnd::MaxTokens)}; }

private:
    const GenerateOptions* m_options; ///< never null
    std::int64_t m_promptTokens;
    std::int64_t m_contextLength;
    RandomStream m_random;
    std::vector<TokenId> m_tokens;
    std::optional<GenerationEnd> m_end;
};

} // namespace driftscope::inference
