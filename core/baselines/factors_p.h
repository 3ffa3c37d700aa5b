// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/baselines/trainedbaseline.h"

#include <span>
#include <string_view>
#include <vector>

namespace driftscope::baselines {

/// Factors and a bias of each user, or of each item. Rows that training never met are zero and say nothing.
class FactorTable
{
public:
    FactorTable(std::size_t rows, std::size_t dimensions);

    /// The factors, then the bias.
    [[nodiscard]] std::span<const float> row(std::size_t index) const;
    [[nodiscard]] std::span<float> row(std::size_t index);
    /// Starts a row that was not met before with small random factors: the same for a seed, whatever other rows there
    /// are.
    void meet(std::size_t index, std::uint64_t seed, std::string_view name);

private:
    std::size_t m_width;
    std::vector<float> m_values; ///< [rows, dimensions + 1]
    std::vector<bool> m_isMet;
};

/// A factor model: score = base + bias of user + bias of item + dot product of their factors.
struct Factors {
    Factors(const data::Dataset& dataset, std::int64_t dimensions);

    FactorTable users;
    FactorTable items;
    double base = 0;

    [[nodiscard]] double score(data::UserIndex user, data::ItemIndex item) const;
    /// Bytes of such a model.
    [[nodiscard]] static std::size_t bytes(const data::Dataset& dataset, std::int64_t dimensions);
};

/// Scores by the factors of user and items.
class FactorModel : public TrainedModel
{
public:
    explicit FactorModel(Factors factors);
    [[nodiscard]] const Factors& factors() const { return m_factors; }
    [[nodiscard]] Result<std::vector<double>> score(const data::UserHistory& history,
                                                    const BaselineQuery& query) const override;

private:
    Factors m_factors;
};

} // namespace driftscope::baselines
