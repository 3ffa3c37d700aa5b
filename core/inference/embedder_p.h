// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/llmscorer.h"
#include "core/inference/textmodel.h"

#include <memory>
#include <span>
#include <vector>

namespace driftscope::inference {

/// Turns texts into vectors: hidden states after the last norm, pooled over the text.
class Embedder
{
public:
    /// @param options  batchTokens is set.
    Embedder(std::shared_ptr<const LoadedModel> model, const SessionOptions& options);

    /// As TextModel::embed(), for checked arguments.
    ///
    /// @param skipped  leading tokens of each text that means leave out.
    [[nodiscard]] Result<std::vector<std::vector<float>>> run(std::span<const TokenSequence> texts, Pooling pooling,
                                                              std::size_t skipped, const JobContext& context) const;

private:
    struct Job;
    [[nodiscard]] Result<> runGroup(std::span<const std::size_t> indices, const Job& job) const;
    [[nodiscard]] Result<> runBatch(std::span<const std::size_t> indices, const Job& job) const;

    std::shared_ptr<const LoadedModel> m_model;
    SessionOptions m_options;
};

} // namespace driftscope::inference
