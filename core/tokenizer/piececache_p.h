// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokenizer/piececutter_p.h"
#include "core/tokenizer/tokenizer.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace driftscope::tokenizer {

/// Remembers the ids of short pieces, for all models of one thread. Its size is fixed: a piece overwrites another one
/// that has the same slot. Not thread-safe: each thread has its own.
class PieceCache
{
public:
    /// The cache of this thread.
    [[nodiscard]] static PieceCache& ofThisThread();
    /// A number that no other model of this process has.
    [[nodiscard]] static std::uint64_t nextOwner();

    /// Appends the ids if the piece is known; `owner` is the model's number.
    [[nodiscard]] bool find(std::uint64_t owner, std::string_view piece, std::vector<TokenId>& ids) const;
    /// Remembers a piece, if it is short enough.
    void store(std::uint64_t owner, std::string_view piece, const TokenId* ids, std::size_t count);

private:
    static constexpr std::size_t slotCount = 1 << 15; // 2.6 MB a thread; prompts have a few thousand different words
    static constexpr std::size_t maxBytes = 38;
    static constexpr std::size_t maxIds = 8;

    struct Slot {
        std::uint64_t owner = 0; // 0 = empty
        std::uint8_t byteCount = 0;
        std::uint8_t idCount = 0;
        std::array<char, maxBytes> bytes {};
        std::array<TokenId, maxIds> ids {};
    };

    PieceCache();
    static std::size_t slotOf(std::uint64_t owner, std::string_view piece);
    std::vector<Slot> m_slots;
};

/// Appends the ids of a piece: part by part as `cutter` cuts it, each from this thread's cache or else from
/// `encodePart(part, ids)`.
template<typename EncodePart>
void encodeParts(std::uint64_t owner, const PieceCutter& cutter, std::string_view piece, std::vector<TokenId>& ids,
                 const EncodePart& encodePart)
{
    PieceCache& cache = PieceCache::ofThisThread();
    for (std::size_t begin = 0; begin < piece.size();) {
        const std::size_t end = cutter.endOfPart(piece, begin);
        const std::string_view part = piece.substr(begin, end - begin);
        if (!cache.find(owner, part, ids)) {
            const std::size_t before = ids.size();
            encodePart(part, ids);
            cache.store(owner, part, ids.data() + before, ids.size() - before);
        }
        begin = end;
    }
}

} // namespace driftscope::tokenizer
