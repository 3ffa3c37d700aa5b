// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Numbers and tables as text for a terminal.
namespace driftscope::simulate {

using Row = std::vector<std::string>;

/// ".312", "-.031", "12.345": three decimals without the leading zero.
[[nodiscard]] std::string decimals(double value);
/// "[.112, .512]"
[[nodiscard]] std::string intervalText(double low, double high);
/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::int64_t number);
/// Columns as wide as their widest cell; the first is left-aligned, the others right-aligned.
[[nodiscard]] std::string alignedTable(const std::vector<Row>& rows);

} // namespace driftscope::simulate
