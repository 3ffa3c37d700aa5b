// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::demonstrations {

/// Shows the interactions with the items that a person named, in the order named.
class ManualSelector : public DemonstrationSelector
{
public:
    /// What is done about an item that the user had not met before the moment.
    enum class Missing : std::uint8_t { Refuse, LeaveOut };

    /// @param itemIds  source ids.
    /// @param labels   to show, in the order of the items: "real", "liked" or "disliked"; none = all real.
    explicit ManualSelector(std::vector<std::string> itemIds, std::vector<std::string> labels = {},
                            Missing missing = Missing::Refuse);

    /// Source ids of a comma-separated list; blanks around an id and empty entries are left out.
    [[nodiscard]] static std::vector<std::string> splitIds(std::string_view list);

    /// @retval ErrorCode::UnknownName  the dataset has no item with this id.
    /// @retval ErrorCode::BadArgument  an id is named twice, the user never interacted with the item, there are more
    ///                                 labels than items, or a label is another word.
    /// @retval ErrorCode::LeakFound    the user's interaction is not before the moment, or the lag hides it.
    ///
    /// With Missing::LeaveOut, items that the user had not met are left out in place of the errors about them.
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;

private:
    [[nodiscard]] Result<std::optional<bool>> labelOf(std::size_t item) const;

    std::vector<std::string> m_itemIds;
    std::vector<std::string> m_labels;
    Missing m_missing;
};

} // namespace driftscope::demonstrations
