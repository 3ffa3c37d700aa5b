// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace driftscope::data {

/// A row that was not taken as it stands, and why.
struct RowProblem {
    std::string file;
    std::uint64_t line = 0; ///< 1-based, of the row's first line
    ErrorCode problem = ErrorCode::BadNumber;
    std::string text; ///< the row, shortened
};

/// What a reader left out: nothing is dropped silently.
struct RowReport {
    std::uint64_t badRows = 0; ///< unreadable rows
    std::uint64_t duplicates = 0; ///< later rows of a (user, item) pair; only the first is kept
    std::vector<RowProblem> problems; ///< the first maxListed of both, in file order
    static constexpr std::size_t maxListed = 10'000;

    void add(RowProblem problem);
};

/// Why a row was left out, for people: "the rating or time is no number".
[[nodiscard]] std::string_view whyLeftOut(ErrorCode problem);

/// How often each problem occurs among those that are listed, the most frequent first.
[[nodiscard]] std::vector<std::pair<ErrorCode, std::uint64_t>> problemCounts(const RowReport& report);

/// The listed rows as CSV (RFC 4180) with the header file,line,problem,why,text.
[[nodiscard]] std::string toCsv(const RowReport& report);

} // namespace driftscope::data
