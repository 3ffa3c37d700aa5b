// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/noneselector.h"

namespace driftscope::demonstrations {

Result<std::vector<Choice>> NoneSelector::select(const SelectionQuery& /*query*/) const
{
    return std::vector<Choice> {};
}

} // namespace driftscope::demonstrations
