// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
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

} // namespace driftscope::data
