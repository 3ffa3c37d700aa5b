// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace driftscope::data {

/// Position of a user in Dataset (0..userCount-1).
using UserIndex = std::uint32_t;
/// Position of an item in Catalog (0..itemCount-1).
using ItemIndex = std::uint32_t;
/// Position of an interaction in Dataset, in the order of (time, source row).
using InteractionIndex = std::uint32_t;

} // namespace driftscope::data
