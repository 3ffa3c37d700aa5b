// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/answerhead_p.h"
#include "core/inference/prefixcache_p.h"
#include "core/inference/prefixtree.h"
#include "core/inference/scorer.h"
#include "core/network/decoder.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
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
    /// @param lengthClass  of all prompts.
    PromptBatch(std::vector<const TokenizedPrompt*> prompts, const ScoreOptions& options, bool sharesPrefixes,
                std::int64_t lengthClass);
    /// The same with the beginnings that the cache keeps, and with what it should keep of this batch. The prompts are
    /// of length class 0.
    PromptBatch(std::vector<const TokenizedPrompt*> prompts, const ScoreOptions& options, PrefixCache& cache);

    [[nodiscard]] const network::PackedBatch& packed() const { return m_packed; }
    [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(m_packed.tokens.size()); }
    [[nodiscard]] std::int64_t cachedTokens() const; ///< that need no rows
    [[nodiscard]] std::int64_t keptTokens() const; ///< whose keys and values the pass gives
    /// Scores in the order of the prompts, from the hidden states of packed().readRows.
    [[nodiscard]] std::vector<PromptScore> readScores(const network::DecoderWeights& weights, at::Tensor hidden) const;
    /// Hands the beginnings that prompts of this batch share to the cache.
    ///
    /// @param pieces  of packed().kept.
    void keep(std::span<const std::shared_ptr<const network::KvPiece>> pieces, PrefixCache& cache) const;

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
        std::int64_t cachedTokens = 0;
    };

    /// The beginning of some prompts, to be kept.
    struct KeptBeginning {
        std::size_t prompt = 0;
        std::size_t tokens = 0;
        std::int64_t cached = -1; ///< what it begins with; index in m_packed.cached
        std::vector<std::size_t> pieces {}; ///< indices in m_packed.kept
    };

    void build(const PrefixTree& tree);
    void chooseKept(const PrefixTree& tree, const PrefixCache& cache);
    bool keepBeginning(std::size_t segment, std::size_t prompt, const PrefixCache& cache);
    void addPrompt(const TokenizedPrompt& prompt, const PrefixTree& tree, std::size_t& sequence);
    std::size_t readIndex(std::int64_t row);
    void readHead(AnswerHead& head, std::vector<PromptScore>& scores) const;
    [[nodiscard]] PromptScore scoreOf(const PromptReadings& prompt, const AnswerHead& head) const;

    std::vector<const TokenizedPrompt*> m_prompts;
    ScoreOptions m_options;
    network::PackedBatch m_packed;
    std::map<std::int64_t, std::size_t> m_readIndices; ///< row -> index in m_packed.readRows
    std::vector<PromptReadings> m_readings; ///< one a prompt
    std::vector<KeptBeginning> m_beginnings;
};

} // namespace driftscope::inference
