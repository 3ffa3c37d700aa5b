// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parameter.h"
#include "core/demonstrations/demonstrationselector.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace driftscope::demonstrations {

/// One change that a person made to the demonstrations that a selector chose.
struct DemonstrationEdit {
    enum class Kind : std::uint8_t {
        Pin, ///< shown even where the selector would not choose it
        Drop, ///< not shown
        Move, ///< to `position`
        Relabel, ///< shown as `isLiked` says (before a control of the arm flips labels)
        Replace, ///< `other` stands in its place
        Add ///< shown at `position`
    };
    Kind kind = Kind::Pin;
    data::InteractionIndex interaction = 0; ///< which one is meant
    data::InteractionIndex other = 0;
    std::size_t position = 0; ///< from 0; what is beyond the end is the end
    bool isLiked = false;

    bool operator==(const DemonstrationEdit&) const = default;
};

/// What is shown after edits.
struct EditedChoices {
    std::vector<Choice> choices;
    std::vector<std::string> unmet; ///< for people: what could not be done at this moment, and why
};

/// Makes the edits one after the other, the same at every moment that they are looked at from. What an edit names and
/// the selector did not choose is left out of it in silence; what it adds must be an interaction of query.moment's user
/// strictly before the moment and not hidden by the lag, and otherwise is not added but told in `unmet`: nothing comes
/// from the future by hand either.
[[nodiscard]] EditedChoices applyEdits(std::vector<Choice> chosen, std::span<const DemonstrationEdit> edits,
                                       const SelectionQuery& query);

/// Parameters of the selector "manual" that shows the same at every moment of the user; other users, and moments
/// before, show what of it they have.
///
/// @retval ErrorCode::BadArgument  an item's id has a comma, or the choices are of several users.
[[nodiscard]] Result<ParameterValues> manualParameters(const data::UserHistory& history,
                                                       std::span<const Choice> choices);

} // namespace driftscope::demonstrations
