// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/selectionsources.h"

#include <algorithm>
#include <numeric>

namespace driftscope::demonstrations {

void SelectionSources::make(const SelectionNeeds& needs, const data::Dataset& dataset)
{
    if (needs.titles && !titles)
        titles = std::make_shared<const TitleIndex>(dataset);
    if (needs.audience && !audience)
        audience = std::make_shared<const ItemAudience>(dataset);
}

Result<const ItemSimilarity*> SelectionSources::similarity(SimilarityKind kind) const
{
    const ItemSimilarity* const found = kind == SimilarityKind::Titles
        ? static_cast<const ItemSimilarity*>(titles.get())
        : static_cast<const ItemSimilarity*>(vectors.get());
    if (found)
        return found;
    return fail(ErrorCode::NotFound,
                kind == SimilarityKind::Titles
                    ? "the words of the titles were not indexed."
                    : "the titles were not embedded, since no model is loaded; load it, or compare items by their "
                      "titles.");
}

std::vector<std::size_t> largest(std::span<const double> values, std::size_t count)
{
    std::vector<std::size_t> places(values.size());
    std::iota(places.begin(), places.end(), std::size_t {0});
    const auto isAhead = [&](std::size_t a, std::size_t b) {
        return values[a] != values[b] ? values[a] > values[b] : a > b;
    };
    const auto middle = places.begin() + static_cast<std::ptrdiff_t>(std::min(count, places.size()));
    std::partial_sort(places.begin(), middle, places.end(), isAhead);
    places.erase(middle, places.end());
    return places;
}

} // namespace driftscope::demonstrations
