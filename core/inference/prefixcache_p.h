// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/prefixtree.h"
#include "core/network/kvcache.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <vector>

namespace driftscope::inference {

/// Keys and values of the beginnings of recent prompts, within a budget of bytes; the least recently used goes first.
///
/// Only whole chains of passes that finished come in. Chains share the memory of what they have in common.
class PrefixCache
{
public:
    /// @param budgetBytes    0 = nothing is kept.
    /// @param bytesPerToken  keys and values of one token in all layers.
    PrefixCache(std::int64_t budgetBytes, std::int64_t bytesPerToken);

    [[nodiscard]] bool isOn() const { return m_budgetBytes > 0; }
    [[nodiscard]] std::int64_t budgetBytes() const { return m_budgetBytes; }
    [[nodiscard]] std::int64_t bytesPerToken() const { return m_bytesPerToken; }
    [[nodiscard]] std::int64_t bytes() const { return m_bytes; }
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }

    /// The entry that begins like `tokens` for longest. Valid until the cache changes.
    [[nodiscard]] CachedPrefix find(TokenView tokens) const;
    /// The chain of what find() gave; the entry counts as used now.
    [[nodiscard]] network::KvChain take(const CachedPrefix& found);
    /// Forgets old entries until `bytes` more fit into the budget; false if they never do.
    bool makeRoom(std::int64_t bytes);
    /// Keeps a chain. An entry that the new one begins with goes; a chain that an entry begins with is not needed.
    void insert(std::vector<TokenId> tokens, network::KvChain chain);
    void clear();

private:
    struct Entry {
        std::size_t id = 0;
        std::vector<TokenId> tokens;
        network::KvChain chain;
    };

    void forget(std::list<Entry>::iterator entry);
    void count(const network::KvChain& chain);
    [[nodiscard]] std::list<Entry>::iterator entryWith(std::size_t id);

    std::int64_t m_budgetBytes;
    std::int64_t m_bytesPerToken;
    std::int64_t m_bytes = 0;
    std::size_t m_nextId = 0;
    std::list<Entry> m_entries; ///< the most recently used first
    std::map<const network::KvPiece*, std::size_t> m_users; ///< chains that hold a piece
};

} // namespace driftscope::inference
