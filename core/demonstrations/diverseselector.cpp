// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/diverseselector.h"

#include "core/demonstrations/choicereason_p.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace driftscope::demonstrations {

namespace {

using Alike = std::function<double(std::size_t a, std::size_t b)>;

/// What each interaction would add to those chosen so far.
class Novelty
{
public:
    virtual ~Novelty() = default;
    [[nodiscard]] virtual double of(std::size_t place) const = 0;
    virtual void choose(std::size_t place) = 0;
};

/// Less the similarity to the chosen one that it is most like.
class Unlikeness : public Novelty
{
public:
    Unlikeness(std::size_t count, Alike alike)
        : m_alike(std::move(alike))
        , m_largest(count, 0)
    {
    }

    double of(std::size_t place) const override { return -m_largest[place]; }

    void choose(std::size_t chosen) override
    {
        for (std::size_t place = 0; place < m_largest.size(); ++place) {
            const double similarity = m_alike(chosen, place);
            m_largest[place] = m_isFirst ? similarity : std::max(m_largest[place], similarity);
        }
        m_isFirst = false;
    }

private:
    Alike m_alike;
    std::vector<double> m_largest;
    bool m_isFirst = true;
};

/// Logarithm of the squared distance from the span of those chosen: one step of a Cholesky decomposition each.
class Volume : public Novelty
{
public:
    Volume(std::size_t count, Alike alike)
        : m_alike(std::move(alike))
        , m_rows(count)
        , m_left(count, 1) // an item's similarity to itself
    {
    }

    double of(std::size_t place) const override { return std::log(std::max(m_left[place], smallest)); }

    void choose(std::size_t chosen) override
    {
        const double root = std::sqrt(std::max(m_left[chosen], smallest));
        const auto row = m_rows[chosen];
        for (std::size_t place = 0; place < m_left.size(); ++place) {
            double entry = m_alike(chosen, place);
            for (std::size_t i = 0; i < row.size(); ++i)
                entry -= row[i] * m_rows[place][i];
            entry /= root;
            m_rows[place].push_back(entry);
            m_left[place] -= entry * entry;
        }
    }

private:
    static constexpr double smallest = 1e-9; // rounding may leave less than nothing

    Alike m_alike;
    std::vector<std::vector<double>> m_rows; // of the Cholesky factor
    std::vector<double> m_left;
};

/// Places in the order in which they are chosen.
std::vector<std::size_t> chooseGreedily(const std::vector<double>& similarities, double relevance, std::size_t count,
                                        Novelty& novelty)
{
    std::vector<std::size_t> chosen;
    std::vector<bool> isChosen(similarities.size(), false);
    while (chosen.size() < std::min(count, similarities.size())) {
        std::size_t best = similarities.size();
        double most = 0;
        for (std::size_t place = similarities.size(); place-- > 0;) { // the most recent first
            if (isChosen[place])
                continue;
            const double gain = relevance * similarities[place] + (1 - relevance) * novelty.of(place);
            if (best == similarities.size() || gain > most) {
                best = place;
                most = gain;
            }
        }
        isChosen[best] = true;
        chosen.push_back(best);
        novelty.choose(best);
    }
    return chosen;
}

} // namespace

DiverseSelector::DiverseSelector(std::size_t k, SimilarityKind kind, Method method, double relevance)
    : m_k(k)
    , m_kind(kind)
    , m_method(method)
    , m_relevance(std::clamp(relevance, 0.0, 1.0))
{
}

Result<std::vector<Choice>> DiverseSelector::select(const SelectionQuery& query) const
{
    const auto& dataset = query.history.dataset();
    const auto earlier = query.history.before(query.moment, query.lag);
    DRIFTSCOPE_TRY(const auto* const similarity, similarityFor(query, m_kind));
    const auto similarities =
        relevanceTo({query.candidates.begin(), query.candidates.end()}, earlier, dataset, TargetRule::Mean,
                    [&](auto target, auto item) { return similarity->between(target, item, query.moment.time); });
    const Alike alike = [&](std::size_t a, std::size_t b) {
        return similarity->between(dataset.item(earlier[a]), dataset.item(earlier[b]), query.moment.time);
    };
    Unlikeness unlikeness(earlier.size(), alike);
    Volume volume(earlier.size(), alike);
    Novelty& novelty = m_method == Method::Determinant ? static_cast<Novelty&>(volume) : unlikeness;

    std::vector<Choice> choices;
    for (const std::size_t place : chooseGreedily(similarities, m_relevance, m_k, novelty))
        choices.push_back({earlier[place],
                           "number " + std::to_string(choices.size() + 1) + " of a diverse set, "
                               + distanceWords(dataset.time(earlier[place]), query.moment.time)});
    std::sort(choices.begin(), choices.end(),
              [](const Choice& a, const Choice& b) { return a.interaction < b.interaction; });
    return choices;
}

} // namespace driftscope::demonstrations
