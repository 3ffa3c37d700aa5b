// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::data {

/// How a rating becomes liked / not liked: "rating>=4", "user-mean" (above the mean of the user's *earlier* ratings, so
/// that nothing leaks from the future; the first rating is compared with the scale's middle), "implicit" (all liked).
///
/// Earlier means earlier in (time, source row). The scale goes from the lowest to the highest rating of the dataset.
class LabelRule
{
public:
    enum class Kind : std::uint8_t { Threshold, UserMean, Implicit };

    /// @retval ErrorCode::BadValue  not one of the forms above.
    [[nodiscard]] static Result<LabelRule> parse(std::string_view text);
    /// rating>=4 for ratings, rating>=1 for labels, implicit for data without ratings.
    [[nodiscard]] static LabelRule defaultFor(RatingKind kind);

    [[nodiscard]] std::string text() const;
    /// One label an interaction (1 = liked), in the dataset's order.
    [[nodiscard]] std::vector<std::uint8_t> apply(const Dataset& dataset) const;

private:
    Kind m_kind = Kind::Threshold;
    double m_threshold = 4;
};

/// What a label rule makes of a dataset.
struct LabelCounts {
    std::uint64_t liked = 0;
    std::uint64_t disliked = 0;
    std::uint64_t usersWithBothLabels = 0; ///< those who can have an AUC of their own
};

/// Counts the labels of a rule: one pass over the interactions; any thread.
[[nodiscard]] LabelCounts countLabels(const Dataset& dataset, const LabelRule& rule);

} // namespace driftscope::data
