// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/prefixcache_p.h"

#include <algorithm>
#include <utility>

namespace driftscope::inference {

namespace {

constexpr std::size_t mostSlices = 6; ///< of a chain; more would cost more to merge than one copy

} // namespace

PrefixCache::PrefixCache(std::int64_t budgetBytes, std::int64_t bytesPerToken)
    : m_budgetBytes(budgetBytes)
    , m_bytesPerToken(bytesPerToken)
{
}

CachedPrefix PrefixCache::find(TokenView tokens) const
{
    CachedPrefix best;
    for (const Entry& entry : m_entries) {
        const auto length = static_cast<std::int64_t>(commonLength(entry.tokens, tokens));
        if (length > best.length)
            best = {entry.id, length};
    }
    return best;
}

network::KvChain PrefixCache::take(const CachedPrefix& found)
{
    const auto entry = entryWith(found.entry);
    m_entries.splice(m_entries.begin(), m_entries, entry);
    return entry->chain.first(found.length);
}

std::list<PrefixCache::Entry>::iterator PrefixCache::entryWith(std::size_t id)
{
    return std::ranges::find(m_entries, id, &Entry::id);
}

bool PrefixCache::makeRoom(std::int64_t bytes)
{
    if (bytes > m_budgetBytes)
        return false;
    while (m_bytes + bytes > m_budgetBytes)
        forget(std::prev(m_entries.end()));
    return true;
}

void PrefixCache::insert(std::vector<TokenId> tokens, network::KvChain chain)
{
    for (auto entry = m_entries.begin(); entry != m_entries.end();) {
        const std::size_t shared = commonLength(entry->tokens, tokens);
        const auto next = std::next(entry);
        if (shared == tokens.size()) {
            m_entries.splice(m_entries.begin(), m_entries, entry);
            return;
        }
        if (shared == entry->tokens.size())
            forget(entry);
        entry = next;
    }
    if (chain.slices.size() > mostSlices)
        chain = chain.joined();
    count(chain);
    m_entries.push_front({m_nextId++, std::move(tokens), std::move(chain)});
    makeRoom(0);
}

void PrefixCache::count(const network::KvChain& chain)
{
    for (const network::KvSlice& slice : chain.slices) {
        if (m_users[slice.piece.get()]++ == 0)
            m_bytes += slice.piece->bytes();
    }
}

void PrefixCache::forget(std::list<Entry>::iterator entry)
{
    for (const network::KvSlice& slice : entry->chain.slices) {
        const auto user = m_users.find(slice.piece.get());
        if (--user->second > 0)
            continue;
        m_bytes -= slice.piece->bytes();
        m_users.erase(user);
    }
    m_entries.erase(entry);
}

void PrefixCache::clear()
{
    m_entries.clear();
    m_users.clear();
    m_bytes = 0;
}

} // namespace driftscope::inference
