// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/baselines/factors_p.h"

#include <numeric>

namespace driftscope::baselines {

namespace {

constexpr double startRange = 0.05; // factors start in +- this: the first scores are near 0

} // namespace

FactorTable::FactorTable(std::size_t rows, std::size_t dimensions)
    : m_width(dimensions + 1)
    , m_values(rows * m_width, 0.0F)
    , m_isMet(rows, false)
{
}

std::span<const float> FactorTable::row(std::size_t index) const
{
    return std::span(m_values).subspan(index * m_width, m_width);
}

std::span<float> FactorTable::row(std::size_t index)
{
    return std::span(m_values).subspan(index * m_width, m_width);
}

void FactorTable::meet(std::size_t index, std::uint64_t seed, std::string_view name)
{
    if (m_isMet[index])
        return;
    m_isMet[index] = true;
    RandomStream stream(seed, name, {index});
    for (float& factor : row(index).first(m_width - 1))
        factor = static_cast<float>((2 * stream.uniform() - 1) * startRange);
}

Factors::Factors(const data::Dataset& dataset, std::int64_t dimensions)
    : users(dataset.userCount(), static_cast<std::size_t>(dimensions))
    , items(dataset.itemCount(), static_cast<std::size_t>(dimensions))
{
}

double Factors::score(data::UserIndex user, data::ItemIndex item) const
{
    const auto u = users.row(user);
    const auto i = items.row(item);
    const float dot = std::inner_product(u.begin(), u.end() - 1, i.begin(), 0.0F);
    return base + static_cast<double>(u.back()) + static_cast<double>(i.back()) + static_cast<double>(dot);
}

std::size_t Factors::bytes(const data::Dataset& dataset, std::int64_t dimensions)
{
    return (dataset.userCount() + dataset.itemCount()) * (static_cast<std::size_t>(dimensions) + 1) * sizeof(float);
}

FactorModel::FactorModel(Factors factors)
    : m_factors(std::move(factors))
{
}

Result<std::vector<double>> FactorModel::score(const data::UserHistory& /*history*/, const BaselineQuery& query) const
{
    std::vector<double> scores;
    scores.reserve(query.candidates.size());
    for (const data::ItemIndex item : query.candidates)
        scores.push_back(m_factors.score(query.moment.user, item));
    return scores;
}

} // namespace driftscope::baselines
