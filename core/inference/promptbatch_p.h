// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/answerhead_p.h"
#include "core/inference/prefixtree.h"
#include "core/inference/scorer.h"
#include "core/network/decoder.h"

#include <cstddef>
#include <map>
#include <span>
#include <vector>

namespace driftscope::inference {

/// Prompts that run in one pass: their prefix tree, the rows whose hidden state is read, and what is read from them.
///
/// An answer of several tokens makes one more sequence (the prompt and the answer but for its last token), so that the
/// tree shares the prompt between its answers.
class PromptBatch
{
public:
    /// @param prompts  outlive the batch.
    PromptBatch(std::vector<const TokenizedPrompt*> prompts, const ScoreOptions& options, bool sharesPrefixes);

    [[nodiscard]] const network::PackedBatch& packed() const { return m_packed; }
    [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(m_packed.tokens.size()); }
    /// Scores in the order of the prompts, from the hidden states of packed().readRows.
    [[nodiscard]] std::vector<PromptScore> readScores(const network::DecoderWeights& weights, at::Tensor hidden) const;

private:
    /// The logit of `token` after the row with index `read` among those read.
    struct Reading {
        std::size_t read = 0;
        TokenId token = 0;
    };
    /// What makes up the score of one prompt.
    struct PromptReadings {
        std::size_t last = 0; ///< read row of the prompt's last token
        std::vector<std::vector<Reading>> answers; ///< one a token of the answer
        bool areLogLikelihoods = false;
    };

    void addPrompt(const TokenizedPrompt& prompt, const PrefixTree& tree, std::size_t& sequence);
    std::size_t readIndex(std::int64_t row);
    void readHead(AnswerHead& head, std::vector<PromptScore>& scores) const;
    [[nodiscard]] PromptScore scoreOf(const PromptReadings& prompt, const AnswerHead& head) const;

    std::vector<const TokenizedPrompt*> m_prompts;
    ScoreOptions m_options;
    network::PackedBatch m_packed;
    std::map<std::int64_t, std::size_t> m_readIndices; ///< row -> index in m_packed.readRows
    std::vector<PromptReadings> m_readings; ///< one a prompt
};

} // namespace driftscope::inference
