// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/userhistory.h"
#include "core/demonstrations/itemaudience.h"
#include "core/demonstrations/itemvectors.h"
#include "core/demonstrations/titleindex.h"

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

namespace driftscope::demonstrations {

/// What items are compared by.
enum class SimilarityKind : std::uint8_t {
    Titles, ///< words of the titles
    Model ///< the model's embeddings of the titles
};

/// What a choice needs to know beside the user's own past.
struct SelectionNeeds {
    bool titles = false;
    bool vectors = false;
    bool audience = false;

    /// Those of a choice by similarity.
    [[nodiscard]] static SelectionNeeds of(SimilarityKind kind)
    {
        return {.titles = kind == SimilarityKind::Titles, .vectors = kind == SimilarityKind::Model, .audience = false};
    }
};

/// Where choices get it from: made once for a dataset (and a model), shared by all arms. Null = not made.
struct SelectionSources {
    std::shared_ptr<const TitleIndex> titles {};
    std::shared_ptr<const ItemVectors> vectors {};
    std::shared_ptr<const ItemAudience> audience {};

    /// Makes what the dataset alone gives: all but the vectors.
    void make(const SelectionNeeds& needs, const data::Dataset& dataset);
    /// @retval ErrorCode::NotFound  it was not made, as the vectors where no model is loaded.
    [[nodiscard]] Result<const ItemSimilarity*> similarity(SimilarityKind kind) const;
};

/// How several targets become one similarity.
enum class TargetRule : std::uint8_t { Mean, Best };

/// How alike each interaction's item is to the targets, in the interactions' order; 0 without targets. The order of the
/// targets plays no part.
///
/// @param alike  similarity of a target and an item.
template<typename Alike>
[[nodiscard]] std::vector<double> relevanceTo(std::vector<data::ItemIndex> targets,
                                              std::span<const data::InteractionIndex> interactions,
                                              const data::Dataset& dataset, TargetRule rule, Alike alike)
{
    std::sort(targets.begin(), targets.end()); // a sum depends on its order, in the last digit
    std::vector<double> relevance(interactions.size(), 0);
    for (std::size_t i = 0; i < interactions.size(); ++i) {
        bool isFirst = true;
        for (const auto target : targets) {
            const double value = alike(target, dataset.item(interactions[i]));
            if (rule == TargetRule::Mean)
                relevance[i] += value / static_cast<double>(targets.size());
            else if (isFirst || value > relevance[i])
                relevance[i] = value;
            isFirst = false;
        }
    }
    return relevance;
}

/// Positions of the `count` largest values, the largest first; of equal ones the later goes first: interactions stand
/// in time order, so it is the more recent.
[[nodiscard]] std::vector<std::size_t> largest(std::span<const double> values, std::size_t count);

} // namespace driftscope::demonstrations
