// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/promptbatch_p.h"

#include <set>
#include <utility>

namespace driftscope::inference {

namespace {

// The prompt's own sequence, then one for each answer of several tokens.
void appendSequences(const TokenizedPrompt& prompt, std::vector<std::vector<TokenId>>& sequences)
{
    sequences.push_back(prompt.tokens);
    for (const auto& answer : prompt.answers->answers) {
        if (answer.size() == 1)
            continue;
        std::vector<TokenId> sequence = prompt.tokens;
        sequence.insert(sequence.end(), answer.begin(), answer.end() - 1);
        sequences.push_back(std::move(sequence));
    }
}

} // namespace

PromptBatch::PromptBatch(std::vector<const TokenizedPrompt*> prompts, const ScoreOptions& options, bool sharesPrefixes)
    : m_prompts(std::move(prompts))
    , m_options(options)
{
    std::vector<std::vector<TokenId>> sequences;
    for (const TokenizedPrompt* prompt : m_prompts)
        appendSequences(*prompt, sequences);
    const std::vector<TokenView> views(sequences.begin(), sequences.end());
    const PrefixTree tree(views, sharesPrefixes);
    std::size_t sequence = 0;
    for (const TokenizedPrompt* prompt : m_prompts)
        addPrompt(*prompt, tree, sequence);
    m_packed.tokens = tree.tokens();
    m_packed.positions = tree.positions();
    m_packed.segments = tree.segments();
}

void PromptBatch::addPrompt(const TokenizedPrompt& prompt, const PrefixTree& tree, std::size_t& sequence)
{
    const std::size_t last = prompt.tokens.size() - 1;
    PromptReadings readings;
    readings.areLogLikelihoods = !prompt.answers->areSingleTokens();
    readings.last = readIndex(tree.rowOf(sequence, last));
    ++sequence;
    for (const auto& answer : prompt.answers->answers) {
        std::vector<Reading> tokens {{readings.last, answer.front()}};
        for (std::size_t i = 1; i < answer.size(); ++i)
            tokens.push_back({readIndex(tree.rowOf(sequence, last + i)), answer[i]});
        if (answer.size() > 1)
            ++sequence;
        readings.answers.push_back(std::move(tokens));
    }
    m_readings.push_back(std::move(readings));
}

std::size_t PromptBatch::readIndex(std::int64_t row)
{
    const auto [found, isNew] = m_readIndices.try_emplace(row, m_packed.readRows.size());
    if (isNew)
        m_packed.readRows.push_back(row);
    return found->second;
}

std::vector<PromptScore> PromptBatch::readScores(const network::DecoderWeights& weights, at::Tensor hidden) const
{
    AnswerHead head(weights, std::move(hidden));
    std::vector<PromptScore> scores(m_prompts.size());
    readHead(head, scores);
    for (std::size_t i = 0; i < scores.size(); ++i) {
        PromptScore score = scoreOf(m_readings[i], head);
        score.logits = std::move(scores[i].logits);
        scores[i] = std::move(score);
    }
    return scores;
}

// Asks the head for all that the prompts need; full logits go to `scores`.
void PromptBatch::readHead(AnswerHead& head, std::vector<PromptScore>& scores) const
{
    std::vector<TokenId> ids;
    std::set<std::size_t> normalized;
    for (const PromptReadings& prompt : m_readings) {
        if (m_options.logNormalizer || m_options.fullLogits)
            normalized.insert(prompt.last);
        for (const auto& answer : prompt.answers) {
            for (const Reading& reading : answer) {
                ids.push_back(reading.token);
                if (prompt.areLogLikelihoods)
                    normalized.insert(reading.read);
            }
        }
    }
    head.readTokens(std::move(ids));
    const std::vector<std::size_t> rows(normalized.begin(), normalized.end());
    head.readAll(rows, [&](std::size_t row, std::span<const float> logits) {
        if (!m_options.fullLogits)
            return;
        for (std::size_t i = 0; i < m_readings.size(); ++i) {
            if (m_readings[i].last == row)
                scores[i].logits.assign(logits.begin(), logits.end());
        }
    });
}

PromptScore PromptBatch::scoreOf(const PromptReadings& prompt, const AnswerHead& head) const
{
    PromptScore score;
    score.areLogLikelihoods = prompt.areLogLikelihoods;
    for (const auto& answer : prompt.answers) {
        double sum = 0;
        for (const Reading& reading : answer) {
            sum += head.logit(reading.read, reading.token);
            if (prompt.areLogLikelihoods)
                sum -= head.logNormalizer(reading.read);
        }
        score.answers.push_back(sum);
    }
    if (m_options.logNormalizer)
        score.logNormalizer = head.logNormalizer(prompt.last);
    return score;
}

} // namespace driftscope::inference
