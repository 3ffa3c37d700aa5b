// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/fakescorer.h"
#include "core/inference/textmodel.h"

namespace driftscope::inference {

/// A seeded, instant text model whose logits are those of FakeScorer and whose embeddings are hashes of the text. For
/// tests without torch and for trying out the window.
class FakeTextModel : public TextModel
{
public:
    explicit FakeTextModel(std::uint64_t seed = 1, std::int64_t contextLength = 8192,
                           std::int64_t vocabularySize = 512);

    [[nodiscard]] Result<std::vector<std::vector<NextToken>>>
    nextTokens(std::span<const TokenSequence> prompts, std::size_t count, const JobContext& context) override;
    [[nodiscard]] Result<std::vector<Generation>> generate(std::span<const TokenSequence> prompts,
                                                           const GenerateOptions& options, const TokenCallback& heard,
                                                           const JobContext& context) override;
    [[nodiscard]] Result<std::vector<std::vector<float>>> embed(std::span<const TokenSequence> texts, Pooling pooling,
                                                                const JobContext& context) override;
    [[nodiscard]] std::int64_t contextLength() const override { return m_contextLength; }
    [[nodiscard]] std::int64_t vocabularySize() const override { return m_vocabularySize; }
    [[nodiscard]] std::int64_t embeddingSize() const override { return 16; }

private:
    [[nodiscard]] Result<std::vector<float>> logitsAfter(const TokenSequence& prompt, const JobContext& context);

    FakeScorer m_scorer;
    std::uint64_t m_seed;
    std::int64_t m_contextLength;
    std::int64_t m_vocabularySize;
};

} // namespace driftscope::inference
