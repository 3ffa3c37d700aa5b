// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/promptbatch_p.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace driftscope::inference {

namespace {

constexpr std::int64_t fewestKept = 16; ///< tokens at the end of what is kept that are worth an entry

// Sequences that a prompt makes.
std::size_t sequencesOf(const TokenizedPrompt& prompt)
{
    return 1 + static_cast<std::size_t>(std::ranges::count_if(prompt.answers->answers, [](const auto& answer) {
               return answer.size() > 1;
           }));
}

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

std::vector<std::vector<TokenId>> sequencesOf(std::span<const TokenizedPrompt* const> prompts)
{
    std::vector<std::vector<TokenId>> sequences;
    for (const TokenizedPrompt* prompt : prompts)
        appendSequences(*prompt, sequences);
    return sequences;
}

/// Leading tokens without rows of what ends in `segment`.
std::int64_t cachedTokensAbove(const PrefixTree& tree, std::size_t segment)
{
    for (auto s = static_cast<std::int64_t>(segment); s >= 0;) {
        const auto& step = tree.segments()[static_cast<std::size_t>(s)];
        if (step.isCached())
            return tree.cachedPrefixes()[static_cast<std::size_t>(step.cached)].length;
        s = step.parent;
    }
    return 0;
}

} // namespace

PromptBatch::PromptBatch(std::vector<const TokenizedPrompt*> prompts, const ScoreOptions& options, bool sharesPrefixes,
                         std::int64_t lengthClass)
    : m_prompts(std::move(prompts))
    , m_options(options)
{
    const auto sequences = sequencesOf(m_prompts);
    const std::vector<TokenView> views(sequences.begin(), sequences.end());
    build(PrefixTree(views, sharesPrefixes));
    m_packed.lengthClass = lengthClass;
}

PromptBatch::PromptBatch(std::vector<const TokenizedPrompt*> prompts, const ScoreOptions& options, PrefixCache& cache)
    : m_prompts(std::move(prompts))
    , m_options(options)
{
    const auto sequences = sequencesOf(m_prompts);
    const std::vector<TokenView> views(sequences.begin(), sequences.end());
    const PrefixTree tree(views, [&cache](TokenView tokens) { return cache.find(tokens); });
    build(tree);
    for (const CachedPrefix& prefix : tree.cachedPrefixes())
        m_packed.cached.push_back(cache.take(prefix));
    chooseKept(tree, cache);
}

void PromptBatch::build(const PrefixTree& tree)
{
    std::size_t sequence = 0;
    for (const TokenizedPrompt* prompt : m_prompts)
        addPrompt(*prompt, tree, sequence);
    m_packed.tokens = tree.tokens();
    m_packed.positions = tree.positions();
    m_packed.segments = tree.segments();
}

std::int64_t PromptBatch::cachedTokens() const
{
    std::int64_t tokens = 0;
    for (const network::KvChain& chain : m_packed.cached)
        tokens += chain.length();
    return tokens;
}

std::int64_t PromptBatch::keptTokens() const
{
    std::int64_t tokens = 0;
    for (const std::size_t segment : m_packed.kept)
        tokens += m_packed.segments[segment].length();
    return tokens;
}

// What at least two prompts share, or the one prompt of a batch: down to the last segment that is worth an entry.
void PromptBatch::chooseKept(const PrefixTree& tree, const PrefixCache& cache)
{
    const auto& segments = m_packed.segments;
    std::vector<std::size_t> prompts(segments.size()); // below each segment
    std::vector<std::size_t> example(segments.size());
    std::size_t sequence = 0;
    for (std::size_t p = 0; p < m_prompts.size(); ++p) {
        auto s = static_cast<std::int64_t>(tree.segmentOf(sequence, m_prompts[p]->tokens.size() - 1));
        for (; s >= 0; s = segments[static_cast<std::size_t>(s)].parent) {
            ++prompts[static_cast<std::size_t>(s)];
            example[static_cast<std::size_t>(s)] = p;
        }
        sequence += sequencesOf(*m_prompts[p]);
    }
    const std::size_t fewest = m_prompts.size() == 1 ? 1 : 2;
    std::vector<bool> isAboveKept(segments.size());
    for (std::size_t s = segments.size(); s-- > 0;) { // children stand after their parents: deepest first
        const bool isWorth = prompts[s] >= fewest && segments[s].length() >= fewestKept;
        const bool isKept = isAboveKept[s] || (isWorth && keepBeginning(s, example[s], cache));
        if (isKept && segments[s].parent >= 0)
            isAboveKept[static_cast<std::size_t>(segments[s].parent)] = true;
    }
}

// False if it does not fit beside what is kept already.
bool PromptBatch::keepBeginning(std::size_t segment, std::size_t prompt, const PrefixCache& cache)
{
    const auto& segments = m_packed.segments;
    KeptBeginning beginning {prompt, static_cast<std::size_t>(segments[segment].position + segments[segment].length())};
    std::vector<std::size_t> added;
    std::int64_t addedTokens = 0;
    for (auto s = static_cast<std::int64_t>(segment); s >= 0; s = segments[static_cast<std::size_t>(s)].parent) {
        const auto index = static_cast<std::size_t>(s);
        if (segments[index].isCached()) {
            beginning.cached = segments[index].cached;
            continue;
        }
        const auto known = std::ranges::find(m_packed.kept, index);
        if (known != m_packed.kept.end()) {
            beginning.pieces.push_back(static_cast<std::size_t>(known - m_packed.kept.begin()));
            continue;
        }
        beginning.pieces.push_back(m_packed.kept.size() + added.size());
        added.push_back(index);
        addedTokens += segments[index].length();
    }
    if ((keptTokens() + addedTokens) * cache.bytesPerToken() > cache.budgetBytes())
        return false;
    m_packed.kept.insert(m_packed.kept.end(), added.begin(), added.end());
    std::ranges::reverse(beginning.pieces);
    m_beginnings.push_back(std::move(beginning));
    return true;
}

void PromptBatch::keep(std::span<const std::shared_ptr<const network::KvPiece>> pieces, PrefixCache& cache) const
{
    for (const KeptBeginning& beginning : m_beginnings) {
        network::KvChain chain;
        if (beginning.cached >= 0)
            chain = m_packed.cached[static_cast<std::size_t>(beginning.cached)];
        for (const std::size_t piece : beginning.pieces)
            chain.append(pieces[piece]);
        const auto& tokens = m_prompts[beginning.prompt]->tokens;
        cache.insert({tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(beginning.tokens)},
                     std::move(chain));
    }
}

void PromptBatch::addPrompt(const TokenizedPrompt& prompt, const PrefixTree& tree, std::size_t& sequence)
{
    const std::size_t last = prompt.tokens.size() - 1;
    PromptReadings readings;
    readings.areLogLikelihoods = !prompt.answers->areSingleTokens();
    readings.last = readIndex(tree.rowOf(sequence, last));
    readings.cachedTokens = cachedTokensAbove(tree, tree.segmentOf(sequence, last));
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
    score.cachedTokens = prompt.cachedTokens;
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
