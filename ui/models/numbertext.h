// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstdint>
#include <optional>

/// Numbers as people of the system's language write them.
namespace driftscope::ui {

/// "12,345".
[[nodiscard]] QString countText(std::uint64_t count);

/// "0.125".
[[nodiscard]] QString decimals(double value, int digits = 3);
/// A dash for nothing.
[[nodiscard]] QString decimals(const std::optional<double>& value, int digits = 3);

} // namespace driftscope::ui
