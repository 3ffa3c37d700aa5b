// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/tokenizer.h"
#include "ui/engine/engine.h"

namespace driftscope::ui {

/// An engine without a model: scores are hashes of the prompt. For trying out the window, and for tests.
class FakeEngine : public Engine
{
public:
    [[nodiscard]] Result<std::shared_ptr<const LoadedEngine>>
    load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint, const inference::LoadOptions& options,
         const JobContext& context) override;
    [[nodiscard]] bool isFake() const override { return true; }
};

/// A tokenizer whose tokens are words and the blanks or signs between them, numbered by a hash; goes with FakeEngine.
class FakeTokenizer : public tokenizer::Tokenizer
{
public:
    [[nodiscard]] std::vector<tokenizer::TokenId> encode(std::string_view text,
                                                         tokenizer::EncodeOptions options = {}) const override;
    [[nodiscard]] std::string tokenText(tokenizer::TokenId id) const override;
    [[nodiscard]] std::size_t vocabularySize() const override;
    [[nodiscard]] std::optional<tokenizer::TokenId> find(std::string_view token) const override;
};

} // namespace driftscope::ui
