// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/tokenizer.h"

namespace driftscope::simulate {

/// A tokenizer for trying out the program without a model, and for tests: a token is a word with the blank before it,
/// or one other byte, numbered by a hash. Goes with inference::FakeScorer.
class TrialTokenizer : public tokenizer::Tokenizer
{
public:
    explicit TrialTokenizer(std::size_t vocabularySize = 512);

    [[nodiscard]] std::vector<tokenizer::TokenId> encode(std::string_view text,
                                                         tokenizer::EncodeOptions options = {}) const override;
    /// Always empty: a hash cannot be read back.
    [[nodiscard]] std::string tokenText(tokenizer::TokenId) const override { return {}; }
    [[nodiscard]] std::size_t vocabularySize() const override { return m_vocabularySize; }
    [[nodiscard]] std::optional<tokenizer::TokenId> find(std::string_view token) const override;

private:
    [[nodiscard]] tokenizer::TokenId idOf(std::string_view piece) const;

    std::size_t m_vocabularySize;
};

} // namespace driftscope::simulate
