// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/titleindex.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace driftscope::demonstrations {

namespace {

constexpr double saturation = 1.2; // k1
constexpr double lengthWeight = 0.75; // b

bool isWordByte(char byte)
{
    const auto code = static_cast<unsigned char>(byte);
    return code >= 0x80 || (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
}

char lowered(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

/// Calls `use(a's count, b's count)` for each word that both have.
template<typename Counts, typename Use>
void forEachShared(const Counts& a, const Counts& b, Use use)
{
    auto left = a.begin();
    auto right = b.begin();
    while (left != a.end() && right != b.end()) {
        if (left->word < right->word)
            ++left;
        else if (right->word < left->word)
            ++right;
        else
            use(*left++, *right++);
    }
}

} // namespace

std::vector<std::string> TitleIndex::wordsOf(std::string_view title)
{
    std::vector<std::string> words;
    bool isInside = false;
    for (const char byte : title) {
        const bool isPart = isWordByte(byte);
        if (isPart && !isInside)
            words.emplace_back();
        if (isPart)
            words.back() += lowered(byte);
        isInside = isPart;
    }
    return words;
}

TitleIndex::TitleIndex(const data::Dataset& dataset)
    : m_titles(dataset.itemCount())
    , m_lengths(dataset.itemCount(), 0)
{
    std::unordered_map<std::string, Word> ids;
    std::vector<std::pair<SimTime, double>> occurring;
    for (data::ItemIndex item = 0; item < dataset.itemCount(); ++item) {
        auto& counts = m_titles[item];
        for (auto& word : wordsOf(dataset.catalog().title(item))) {
            const auto id = ids.emplace(std::move(word), static_cast<Word>(ids.size())).first->second;
            const auto known =
                std::find_if(counts.begin(), counts.end(), [id](const Count& count) { return count.word == id; });
            if (known == counts.end())
                counts.push_back({id, 1});
            else
                known->times += 1;
            m_lengths[item] += 1;
        }
        std::sort(counts.begin(), counts.end(), [](const Count& a, const Count& b) { return a.word < b.word; });
        m_seen.resize(ids.size());
        const auto seen = dataset.firstSeen(item);
        if (!seen)
            continue;
        occurring.emplace_back(*seen, m_lengths[item]);
        for (const Count& count : counts)
            m_seen[count.word].push_back(*seen);
    }
    for (auto& times : m_seen)
        std::sort(times.begin(), times.end());
    std::sort(occurring.begin(), occurring.end());
    m_lengthsBefore.push_back(0);
    for (const auto& [time, length] : occurring) {
        m_itemTimes.push_back(time);
        m_lengthsBefore.push_back(m_lengthsBefore.back() + length);
    }
}

std::size_t TitleIndex::itemsBefore(SimTime now) const
{
    return static_cast<std::size_t>(std::lower_bound(m_itemTimes.begin(), m_itemTimes.end(), now)
                                    - m_itemTimes.begin());
}

double TitleIndex::weightOf(Word word, double items, SimTime now) const
{
    const auto& seen = m_seen[word];
    const auto with = static_cast<double>(std::lower_bound(seen.begin(), seen.end(), now) - seen.begin());
    return std::log(1 + (items - with + 0.5) / (with + 0.5));
}

double TitleIndex::squaredNorm(data::ItemIndex item, double items, SimTime now) const
{
    double sum = 0;
    for (const Count& count : m_titles[item]) {
        const double weight = count.times * weightOf(count.word, items, now);
        sum += weight * weight;
    }
    return sum;
}

double TitleIndex::between(data::ItemIndex a, data::ItemIndex b, SimTime now) const
{
    if (a == b)
        return 1;
    const auto items = static_cast<double>(itemsBefore(now));
    double shared = 0;
    forEachShared(m_titles[a], m_titles[b], [&](const Count& left, const Count& right) {
        const double weight = weightOf(left.word, items, now);
        shared += left.times * right.times * weight * weight;
    });
    if (shared <= 0) // most pairs
        return 0;
    return std::min(1.0, shared / std::sqrt(squaredNorm(a, items, now) * squaredNorm(b, items, now)));
}

double TitleIndex::bm25(data::ItemIndex query, data::ItemIndex document, SimTime now) const
{
    const std::size_t items = itemsBefore(now);
    const double meanLength = items > 0 ? m_lengthsBefore[items] / static_cast<double>(items) : 0;
    const double relativeLength = meanLength > 0 ? m_lengths[document] / meanLength : 1;
    double score = 0;
    forEachShared(m_titles[query], m_titles[document], [&](const Count& asked, const Count& found) {
        const double damping = saturation * (1 - lengthWeight + lengthWeight * relativeLength);
        score += asked.times * weightOf(asked.word, static_cast<double>(items), now) * found.times * (saturation + 1)
            / (found.times + damping);
    });
    return score;
}

} // namespace driftscope::demonstrations
