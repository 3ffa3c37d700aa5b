// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/scorer.h"
#include "core/network/decoder.h"

#include <ATen/ATen.h>

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <vector>

namespace driftscope::inference {

/// The vocabulary head for the few numbers that are asked for: answer rows only, in fp32 whatever the weights are (bf16
/// logits near 20 have steps of 1/16, which ties most candidates).
class AnswerHead
{
public:
    /// @param hidden  fp32 [R, hidden], after the last norm.
    AnswerHead(const network::DecoderWeights& weights, at::Tensor hidden);

    /// Computes the logits of these tokens at all rows.
    void readTokens(std::vector<TokenId> ids);
    /// Computes the log-sum-exp over the vocabulary of the given rows; `keep` gets all logits of each, [vocabulary].
    void readAll(std::span<const std::size_t> rows,
                 const std::function<void(std::size_t row, std::span<const float> logits)>& keep);

    [[nodiscard]] double logit(std::size_t row, TokenId id) const;
    [[nodiscard]] double logNormalizer(std::size_t row) const { return m_logNormalizers.at(row); }

private:
    [[nodiscard]] at::Tensor allLogits(const at::Tensor& hidden) const;
    [[nodiscard]] at::Tensor capped(const at::Tensor& logits) const;

    const network::DecoderWeights& m_weights;
    at::Tensor m_hidden;
    std::vector<TokenId> m_ids; ///< sorted
    at::Tensor m_logits; ///< fp32 [R, ids], on the CPU
    std::map<std::size_t, double> m_logNormalizers;
};

} // namespace driftscope::inference
