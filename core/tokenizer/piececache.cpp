// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/piececache_p.h"

#include <algorithm>
#include <atomic>
#include <functional>

namespace driftscope::tokenizer {

PieceCache::PieceCache()
    : m_slots(slotCount)
{
}

PieceCache& PieceCache::ofThisThread()
{
    thread_local PieceCache cache;
    return cache;
}

std::uint64_t PieceCache::nextOwner()
{
    static std::atomic<std::uint64_t> last {0};
    return ++last;
}

std::size_t PieceCache::slotOf(std::uint64_t owner, std::string_view piece)
{
    const std::uint64_t hash = std::hash<std::string_view> {}(piece) + owner * 0x9E3779B97F4A7C15ULL;
    return (hash ^ (hash >> 29)) % slotCount;
}

bool PieceCache::find(std::uint64_t owner, std::string_view piece, std::vector<TokenId>& ids) const
{
    if (piece.size() > maxBytes)
        return false;
    const Slot& slot = m_slots[slotOf(owner, piece)];
    if (slot.owner != owner || std::string_view(slot.bytes.data(), slot.byteCount) != piece)
        return false;
    ids.insert(ids.end(), slot.ids.begin(), slot.ids.begin() + slot.idCount);
    return true;
}

void PieceCache::store(std::uint64_t owner, std::string_view piece, const TokenId* ids, std::size_t count)
{
    if (piece.size() > maxBytes || count > maxIds)
        return;
    Slot& slot = m_slots[slotOf(owner, piece)];
    slot.owner = owner;
    slot.byteCount = static_cast<std::uint8_t>(piece.size());
    slot.idCount = static_cast<std::uint8_t>(count);
    std::ranges::copy(piece, slot.bytes.begin());
    std::copy_n(ids, count, slot.ids.begin());
}

} // namespace driftscope::tokenizer
