// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/benchtiming.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace driftscope::app {

/// What one contender did, over all rounds.
struct Contender {
    std::string name;
    std::vector<std::vector<Timing>> timings; ///< of each query
    std::vector<std::vector<double>> margins; ///< of each query: first answer's logit minus the second's, by candidate
    std::vector<double> limitSeconds; ///< of each query: least work at the rate of matrix products; own contenders
    double limitRate = 0; ///< floating-point operations a second of the matrix products
    double peakRssMb = 0;

    /// Takes in what one process has printed and written.
    void add(const nlohmann::json& line, const nlohmann::json& scores);

    /// Median over the clean timings of a query, over all where none is.
    [[nodiscard]] double secondsOf(std::size_t query) const;
    /// Mean over the queries.
    [[nodiscard]] double secondsPerQuery() const;
    /// How many times as long it takes as `other`, on the queries that both have.
    [[nodiscard]] double ratioTo(const Contender& other) const;
};

/// How far two score lists agree.
struct Agreement {
    double maxDifference = 0;
    double tauMean = 0; ///< Kendall's tau-a over the candidates of a query, mean over the queries
    double tauLeast = 1;
};

/// Over the queries that both have; nothing if they share none.
[[nodiscard]] std::optional<Agreement> agreementOf(const Contender& contender, const Contender& reference);

/// The line of the table: medians, spread, memory, share of the limit, agreement with the reference.
///
/// @param limit      whose limitSeconds the share is taken of; may be null.
/// @param reference  whose scores are right; may be null.
[[nodiscard]] nlohmann::json tableLine(const Contender& contender, std::size_t candidates, const Contender* limit,
                                       const Contender* reference);

} // namespace driftscope::app
