// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

#include <cstddef>

namespace driftscope::demonstrations {

/// Shows the user's k earlier interactions whose items are most like what is asked about.
///
/// What is asked about are all candidates of the query together: one choice for all keeps the prompts alike up to the
/// target's title, so that they are computed once. An item counts by its mean similarity to the candidates, or by its
/// similarity to the one that it is most like. Of equally similar ones the most recent go first.
///
/// Source: BM25 over titles as a retriever of examples (see TitleIndex::bm25); by embeddings ReLLa (arXiv 2308.11131),
/// which chooses for each candidate alone: give one candidate at a time for that.
class SimilarSelector : public DemonstrationSelector
{
public:
    enum class Measure : std::uint8_t {
        Bm25, ///< of the titles
        Embeddings ///< cosine
    };
    /// Order in which they are shown.
    enum class Order : std::uint8_t {
        Time, ///< oldest first
        Similarity ///< the most similar last, next to the query
    };

    SimilarSelector(std::size_t k, Measure measure, TargetRule rule, Order order);
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;
    [[nodiscard]] SelectionNeeds needs() const override;

private:
    [[nodiscard]] Result<std::vector<double>> relevance(const SelectionQuery& query,
                                                        std::span<const data::InteractionIndex> earlier) const;

    std::size_t m_k;
    Measure m_measure;
    TargetRule m_rule;
    Order m_order;
};

} // namespace driftscope::demonstrations
