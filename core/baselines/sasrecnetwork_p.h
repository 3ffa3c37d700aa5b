// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/sequencetrainer.h"

#include <ATen/ATen.h>

#include <vector>

namespace driftscope::baselines {

/// The network of a SASRec. Sequences begin with a start token, whose state stands for a user without likes; after the
/// items they are filled up on the right, where a causal mask hides the filling.
///
/// Throws what libtorch throws: to be called inside guarded().
class SasRecNetwork
{
public:
    /// Random weights; the same for a task's seed.
    explicit SasRecNetwork(const SequenceTask& task);

    /// Logits of targets after the first so many items of their window.
    ///
    /// @param windows  at most SequenceTask::maxItems items each. @param generator  of dropout; null = no dropout.
    /// Shape    tokens [B, T] -> states [B, T, D] -> those read [R, D] . target embeddings [R, D] + bias -> [R].
    [[nodiscard]] at::Tensor logits(std::span<const SequenceWindow* const> windows, at::Generator* generator) const;

    /// All leaves, in a fixed order.
    [[nodiscard]] const std::vector<at::Tensor>& parameters() const { return m_parameters; }

private:
    struct Block {
        at::Tensor attentionNorm, attentionNormBias; // [D]
        at::Tensor query, key, value; // [D, D]
        at::Tensor queryBias, keyBias, valueBias; // [D]
        at::Tensor feedNorm, feedNormBias; // [D]
        at::Tensor in, inBias, out, outBias; // [D, D], [D]
    };

    at::Tensor add(at::Tensor values);
    [[nodiscard]] at::Tensor states(const at::Tensor& tokens, at::Generator* generator) const;
    [[nodiscard]] at::Tensor attend(const Block& block, const at::Tensor& x, at::Generator* generator) const;
    [[nodiscard]] at::Tensor dropped(const at::Tensor& x, at::Generator* generator) const;

    std::int64_t m_dimensions;
    double m_dropout;
    std::vector<at::Tensor> m_parameters;
    at::Tensor m_items; ///< [items + 1, D]; the last is the start token
    at::Tensor m_itemBias; ///< [items + 1]
    at::Tensor m_positions; ///< [maxItems + 1, D]
    at::Tensor m_lastNorm, m_lastNormBias; ///< [D]
    std::vector<Block> m_blocks;
};

} // namespace driftscope::baselines
