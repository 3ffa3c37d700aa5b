// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

#include <cstddef>

namespace driftscope::demonstrations {

/// Shows k earlier interactions of the user that are like what is asked about and unlike each other, in time order.
///
/// Chosen one after the other, each time the one that adds most, of equal ones the most recent. "Like what is asked
/// about" is the mean similarity to all candidates of the query (see SimilarSelector).
class DiverseSelector : public DemonstrationSelector
{
public:
    enum class Method : std::uint8_t {
        /// relevance * similarity to the candidates - (1 - relevance) * largest similarity to one chosen before.
        /// Source: Carbonell and Goldstein, The Use of MMR (1998).
        MarginalRelevance,
        /// relevance * similarity to the candidates + (1 - relevance) * what it adds to the log-determinant of the
        /// chosen ones' similarities. Source: Chen et al., Fast Greedy MAP Inference for Determinantal Point Process
        /// (arXiv 1709.05135), with its trade-off of section 5.
        Determinant
    };

    /// @param relevance  from 0 (unlike each other alone) to 1 (like the candidates alone).
    DiverseSelector(std::size_t k, SimilarityKind kind, Method method, double relevance);
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;
    [[nodiscard]] SelectionNeeds needs() const override { return SelectionNeeds::of(m_kind); }

private:
    std::size_t m_k;
    SimilarityKind m_kind;
    Method m_method;
    double m_relevance;
};

} // namespace driftscope::demonstrations
