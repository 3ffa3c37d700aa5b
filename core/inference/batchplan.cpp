// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/batchplan.h"

#include "core/inference/prefixtree.h"

#include <algorithm>
#include <map>

namespace driftscope::inference {

namespace {

/// A prompt in sorted order.
struct Entry {
    std::size_t prompt = 0;
    std::int64_t length = 0; ///< with the tokens of its answers
    std::int64_t shared = 0; ///< leading tokens that it shares with the entry before it
};

std::int64_t answerTokens(const AnswerTokens& answers)
{
    std::int64_t tokens = 0;
    for (const auto& answer : answers.answers)
        tokens += static_cast<std::int64_t>(answer.size()) - 1;
    return tokens;
}

// Of the prompts with these indices.
std::vector<Entry> sortedEntries(std::span<const TokenizedPrompt> prompts, std::span<const std::size_t> indices,
                                 bool sharesPrefixes)
{
    std::vector<TokenView> views;
    views.reserve(indices.size());
    for (const std::size_t index : indices)
        views.emplace_back(prompts[index].tokens);
    std::vector<Entry> entries;
    entries.reserve(indices.size());
    TokenView before;
    for (const std::size_t place : sortedOrder(views)) {
        const std::size_t index = indices[place];
        Entry entry {index, static_cast<std::int64_t>(views[place].size()) + answerTokens(*prompts[index].answers), 0};
        if (sharesPrefixes && !entries.empty())
            entry.shared = static_cast<std::int64_t>(commonLength(before, views[place]));
        before = views[place];
        entries.push_back(entry);
    }
    return entries;
}

// Tokens of entries that run together: the first in full, of the others what they do not share.
std::int64_t tokensOf(std::span<const Entry> entries)
{
    std::int64_t tokens = entries.front().shared;
    for (const Entry& entry : entries)
        tokens += entry.length - entry.shared;
    return tokens;
}

// Entries from the first on of which each shares at least half its tokens with the one before.
std::size_t familySize(std::span<const Entry> entries)
{
    std::size_t size = 1;
    while (size < entries.size() && entries[size].shared * 2 >= entries[size].length)
        ++size;
    return size;
}

// Leading tokens that all entries share; none of a single one.
std::int64_t sharedByAll(std::span<const Entry> entries)
{
    std::int64_t shared = entries.size() < 2 ? 0 : entries[1].shared;
    for (const Entry& entry : entries.subspan(1))
        shared = std::min(shared, entry.shared);
    return shared;
}

class Packer
{
public:
    explicit Packer(std::int64_t batchTokens)
        : m_batchTokens(batchTokens)
    {
    }

    void addAll(std::span<const Entry> entries, std::int64_t lengthClass)
    {
        close();
        m_lengthClass = lengthClass;
        m_batch.lengthClass = lengthClass;
        while (!entries.empty()) {
            const std::size_t size = familySize(entries);
            add(entries.first(size));
            entries = entries.subspan(size);
        }
    }

    std::vector<PlannedBatch> finish()
    {
        close();
        return std::move(m_batches);
    }

private:
    void add(std::span<const Entry> family)
    {
        const std::int64_t alone = tokensOf(family);
        const std::int64_t added = m_batch.prompts.empty() ? alone : alone - family.front().shared;
        if (m_batch.tokens + added <= m_batchTokens) {
            append(family, added);
            return;
        }
        close();
        // Every part of a family computes what all share again, so a long beginning makes room for twice its length:
        // cuts then add about half at most to what is computed.
        constexpr std::int64_t timesShared = 3;
        const std::int64_t room = std::max(m_batchTokens, timesShared * sharedByAll(family));
        if (alone <= room || family.size() == 1)
            append(family, alone);
        else
            addInParts(family, room);
    }

    // Cut into equal parts, and these again where they are uneven.
    void addInParts(std::span<const Entry> family, std::int64_t room)
    {
        const std::int64_t tokens = tokensOf(family);
        if (tokens <= room || family.size() == 1) {
            append(family, tokens);
            close();
            return;
        }
        const std::int64_t shared = sharedByAll(family); // at most a third of the room
        const auto wanted = static_cast<std::size_t>((tokens - shared + room - shared - 1) / (room - shared));
        const std::size_t parts = std::clamp<std::size_t>(wanted, 2, family.size());
        for (std::size_t part = 0; part < parts; ++part) {
            const std::size_t begin = family.size() * part / parts;
            const std::size_t end = family.size() * (part + 1) / parts;
            addInParts(family.subspan(begin, end - begin), room);
        }
    }

    void append(std::span<const Entry> entries, std::int64_t tokens)
    {
        for (const Entry& entry : entries)
            m_batch.prompts.push_back(entry.prompt);
        m_batch.tokens += tokens;
    }

    void close()
    {
        if (!m_batch.prompts.empty())
            m_batches.push_back(std::move(m_batch));
        m_batch = {};
        m_batch.lengthClass = m_lengthClass;
    }

    std::int64_t m_batchTokens;
    std::int64_t m_lengthClass = 0;
    PlannedBatch m_batch;
    std::vector<PlannedBatch> m_batches;
};

} // namespace

std::int64_t longestSequence(const TokenizedPrompt& prompt)
{
    std::size_t longest = 1;
    for (const auto& answer : prompt.answers->answers)
        longest = std::max(longest, answer.size());
    return static_cast<std::int64_t>(prompt.tokens.size() + longest - 1);
}

std::vector<PlannedBatch> planBatches(std::span<const TokenizedPrompt> prompts, std::int64_t batchTokens,
                                      bool sharesPrefixes, const LengthClass& lengthClass)
{
    std::map<std::int64_t, std::vector<std::size_t>> indicesOf; // by class
    for (std::size_t i = 0; i < prompts.size(); ++i)
        indicesOf[lengthClass ? lengthClass(longestSequence(prompts[i])) : 0].push_back(i);
    Packer packer(batchTokens);
    for (const auto& [name, indices] : indicesOf)
        packer.addAll(sortedEntries(prompts, indices, sharesPrefixes), name);
    return packer.finish();
}

} // namespace driftscope::inference
