// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/texttable_p.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace driftscope::simulate {

std::string decimals(double value)
{
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.3f", std::abs(value));
    std::string text = buffer;
    const bool isZero = text == "0.000";
    if (text.starts_with("0."))
        text.erase(0, 1);
    return (value < 0 && !isZero ? "-" : "") + text;
}

std::string intervalText(double low, double high)
{
    return "[" + decimals(low) + ", " + decimals(high) + "]";
}

std::string grouped(std::int64_t number)
{
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3 && digits[at - 4] != '-';) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

std::string alignedTable(const std::vector<Row>& rows)
{
    std::vector<std::size_t> widths;
    for (const auto& row : rows)
        for (std::size_t column = 0; column < row.size(); ++column) {
            widths.resize(std::max(widths.size(), column + 1));
            widths[column] = std::max(widths[column], row[column].size());
        }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column) {
            const std::string padding(widths[column] - row[column].size(), ' ');
            line += column == 0 ? row[column] + padding : "   " + padding + row[column];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

} // namespace driftscope::simulate
