// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/demonstrations/demonstrationselector.h"

#include <string>
#include <string_view>
#include <vector>

namespace driftscope::demonstrations {

/// Shows the interactions with the items that a person named, in the order named.
class ManualSelector : public DemonstrationSelector
{
public:
    /// @param itemIds  source ids.
    explicit ManualSelector(std::vector<std::string> itemIds);

    /// Source ids of a comma-separated list; blanks around an id and empty entries are left out.
    [[nodiscard]] static std::vector<std::string> splitIds(std::string_view list);

    /// @retval ErrorCode::UnknownName  the dataset has no item with this id.
    /// @retval ErrorCode::BadArgument  an id is named twice, or the user never interacted with the item.
    /// @retval ErrorCode::LeakFound    the user's interaction is not before the moment, or the lag hides it.
    [[nodiscard]] Result<std::vector<Choice>> select(const SelectionQuery& query) const override;

private:
    std::vector<std::string> m_itemIds;
};

} // namespace driftscope::demonstrations
