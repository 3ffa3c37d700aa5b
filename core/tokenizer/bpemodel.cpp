// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizer/bpemodel_p.h"
#include "core/tokenizer/bytealphabet_p.h"
#include "core/tokenizer/bytetoken_p.h"
#include "core/tokenizer/piececache_p.h"
#include "core/tokenizer/unicode_p.h"

#include <algorithm>
#include <bit>
#include <unordered_set>
#include <utility>

namespace driftscope::tokenizer {

namespace {

std::size_t spread(std::uint64_t key)
{
    key *= 0x9E3779B97F4A7C15ULL;
    return static_cast<std::size_t>(key ^ (key >> 32));
}

} // namespace

std::uint64_t BpeModel::keyOf(TokenId left, TokenId right)
{
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) | static_cast<std::uint32_t>(right);
}

BpeModel::BpeModel(std::shared_ptr<const Vocabulary> vocabulary, const Rules& rules, Options options)
    : m_vocabulary(std::move(vocabulary))
    , m_rules(std::bit_ceil(rules.size() * 2 + 2))
    , m_options(std::move(options))
    , m_owner(PieceCache::nextOwner())
{
    for (const auto& [key, rule] : rules) {
        std::size_t at = spread(key) & (m_rules.size() - 1);
        while (m_rules[at].key != emptyKey)
            at = (at + 1) & (m_rules.size() - 1);
        m_rules[at] = {key, rule};
    }
    prepareBytes();
    prepareCutter(rules);
}

void BpeModel::prepareBytes()
{
    for (int byte = 0; byte < 256; ++byte) {
        const auto value = static_cast<std::uint8_t>(byte);
        const auto token = m_options.readsBytes ? bytealphabet::spelling(value) : byteToken(value);
        m_byteIds[value] = m_vocabulary->find(token).value_or(-1);
    }
    if (m_options.readsBytes && m_options.ignoreMerges)
        for (const auto& [token, id] : m_vocabulary->tokens())
            if (auto bytes = bytealphabet::decode(token))
                m_wholePieces.emplace(std::move(*bytes), id);
}

void BpeModel::prepareCutter(const Rules& rules)
{
    constexpr std::string_view space = "\xE2\x96\x81";
    // Where characters vanish, or where placeholders for them are merged, neighbours in the text are not what is
    // merged.
    const bool nothingVanishes =
        m_options.unknown || (m_options.byteFallback && std::ranges::find(m_byteIds, TokenId {-1}) == m_byteIds.end());
    if (m_options.readsBytes || !nothingVanishes || !m_options.continuingPrefix.empty() || !m_options.endSuffix.empty()
        || !m_vocabulary->find(space))
        return;
    std::unordered_set<TokenId> placeholders(m_byteIds.begin(), m_byteIds.end());
    if (m_options.unknown)
        placeholders.insert(*m_options.unknown);
    for (const auto& [key, rule] : rules) {
        if (placeholders.contains(static_cast<TokenId>(key >> 32))
            || placeholders.contains(static_cast<TokenId>(key & 0xFFFFFFFF)))
            return;
        if (const std::string* token = m_vocabulary->spelling(rule.id))
            m_cutter.learn(*token);
    }
    m_cutter.enable();
}

std::optional<MergeRule> BpeModel::ruleFor(TokenId left, TokenId right) const
{
    const std::uint64_t key = keyOf(left, right);
    for (std::size_t at = spread(key) & (m_rules.size() - 1); m_rules[at].key != emptyKey;
         at = (at + 1) & (m_rules.size() - 1))
        if (m_rules[at].key == key)
            return m_rules[at].rule;
    return std::nullopt;
}

void BpeModel::encode(std::string_view piece, std::vector<TokenId>& ids) const
{
    if (m_options.ignoreMerges) {
        const TextMap<TokenId>& tokens = m_options.readsBytes ? m_wholePieces : m_vocabulary->tokens();
        if (const auto whole = tokens.find(piece); whole != tokens.end()) {
            ids.push_back(whole->second);
            return;
        }
    }
    encodeParts(m_owner, m_cutter, piece, ids,
                [this](std::string_view part, std::vector<TokenId>& partIds) { encodePart(part, partIds); });
}

void BpeModel::encodePart(std::string_view part, std::vector<TokenId>& ids) const
{
    SymbolMerger merger;
    if (m_options.readsBytes)
        addBytes(part, merger);
    else
        addCharacters(part, merger);
    merger.run([this](const Symbol& left, const Symbol& right) { return ruleFor(left.id, right.id); });
    for (const Symbol& symbol : merger.symbols)
        if (symbol.isAlive)
            ids.push_back(symbol.id);
}

void BpeModel::addBytes(std::string_view part, SymbolMerger& merger) const
{
    merger.symbols.reserve(part.size());
    for (std::size_t at = 0; at < part.size(); ++at)
        if (const TokenId id = m_byteIds[static_cast<std::uint8_t>(part[at])]; id >= 0)
            merger.append(id, at, at + 1);
}

void BpeModel::addCharacters(std::string_view part, SymbolMerger& merger) const
{
    // An unknown character waits for the next one, so that neighbours can be fused; byte fallback does not end the
    // wait.
    bool unknownWaits = false;
    const auto flush = [&](std::size_t at) {
        if (unknownWaits)
            merger.append(*m_options.unknown, at, at);
        unknownWaits = false;
    };
    for (std::size_t at = 0; at < part.size();) {
        const std::size_t length = unicode::characterAt(part, at).length;
        std::string spelled((at > 0 ? m_options.continuingPrefix : std::string()));
        spelled += part.substr(at, length);
        if (at + length == part.size())
            spelled += m_options.endSuffix;
        if (const auto id = m_vocabulary->find(spelled)) {
            flush(at);
            merger.append(*id, at, at + length);
        } else if (!addFallback(spelled, merger) && m_options.unknown) {
            if (!m_options.fuseUnknown)
                flush(at);
            unknownWaits = true;
        }
        at += length;
    }
    flush(part.size());
}

bool BpeModel::addFallback(std::string_view character, SymbolMerger& merger) const
{
    if (!m_options.byteFallback)
        return false;
    for (const char byte : character)
        if (m_byteIds[static_cast<std::uint8_t>(byte)] < 0)
            return false;
    for (const char byte : character)
        merger.append(m_byteIds[static_cast<std::uint8_t>(byte)], 0, 0);
    return true;
}

std::vector<std::uint8_t> BpeModel::missingBytes() const
{
    std::vector<std::uint8_t> missing;
    if (m_options.unknown || !m_options.readsBytes)
        return missing;
    for (int byte = 0; byte < 256; ++byte)
        if (m_byteIds[static_cast<std::size_t>(byte)] < 0)
            missing.push_back(static_cast<std::uint8_t>(byte));
    return missing;
}

} // namespace driftscope::tokenizer
