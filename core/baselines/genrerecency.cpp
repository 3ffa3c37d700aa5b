// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/genrerecency.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

namespace driftscope::baselines {

namespace {

constexpr std::string_view separator = ", "; // of attribute lists, as the readers write them

std::vector<std::string_view> namesIn(std::string_view list)
{
    std::vector<std::string_view> names;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(separator), list.size());
        if (end > 0)
            names.push_back(list.substr(0, end));
        list.remove_prefix(std::min(end + separator.size(), list.size()));
    }
    return names;
}

} // namespace

GenreRecency::GenreRecency(const Options& options)
    : m_halfLife(options.halfLife)
{
}

Result<> GenreRecency::prepare(const data::UserHistory& history)
{
    const auto& catalog = history.dataset().catalog();
    std::unordered_map<std::string_view, std::uint32_t> known;
    m_genresOf.assign(catalog.size(), {});
    for (data::ItemIndex item = 0; item < catalog.size(); ++item)
        for (const std::string_view name : namesIn(catalog.attribute(item, "genres")))
            m_genresOf[item].push_back(known.emplace(name, static_cast<std::uint32_t>(known.size())).first->second);
    m_genreCount = known.size();
    if (known.empty())
        return fail(ErrorCode::Inconsistent,
                    "recency of genre needs the items' genres, which this dataset does not have; add a column 'genres'"
                    " to its items, or choose another scorer.");
    m_history = history;
    return {};
}

Result<std::vector<double>> GenreRecency::scoreCandidates(const BaselineQuery& query) const
{
    const auto past = m_history->before(query.moment, query.lag);
    std::vector<double> balance(m_genreCount, 0); // liked less disliked
    double all = 0;
    for (std::size_t i = 0; i < past.size(); ++i) {
        const auto age = static_cast<double>(past.size() - 1 - i);
        const double weight = m_halfLife > 0 ? std::exp2(-age / m_halfLife) : 1;
        all += weight;
        for (const std::uint32_t genre : m_genresOf[m_history->dataset().item(past[i])])
            balance[genre] += m_history->isLiked(past[i]) ? weight : -weight;
    }
    std::vector<double> scores;
    scores.reserve(query.candidates.size());
    for (const data::ItemIndex item : query.candidates) {
        double sum = 0;
        for (const std::uint32_t genre : m_genresOf[item])
            sum += balance[genre];
        const auto count = static_cast<double>(m_genresOf[item].size());
        scores.push_back(count > 0 && all > 0 ? sum / count / all : 0);
    }
    return scores;
}

} // namespace driftscope::baselines
