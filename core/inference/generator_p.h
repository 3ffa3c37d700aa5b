// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/llmscorer.h"
#include "core/inference/textmodel.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace driftscope::inference {

/// Continues prompts token by token. Prompts run together: what they share is computed once and attended to as one
/// block while they grow.
class Generator
{
public:
    /// @param options  batchTokens is set.
    Generator(std::shared_ptr<const LoadedModel> model, const SessionOptions& options);

    /// As TextModel::generate(), for checked arguments.
    [[nodiscard]] Result<std::vector<Generation>> run(std::span<const TokenSequence> prompts,
                                                      const GenerateOptions& options, const TokenCallback& heard,
                                                      const JobContext& context) const;

private:
    struct Job;
    [[nodiscard]] Result<> runGroup(std::span<const std::size_t> indices, const Job& job) const;
    [[nodiscard]] bool fits(std::span<const std::size_t> indices, const Job& job) const;

    std::shared_ptr<const LoadedModel> m_model;
    SessionOptions m_options;
};

} // namespace driftscope::inference
