// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rowreport.h"

#include <utility>

namespace driftscope::data {

void RowReport::add(RowProblem problem)
{
    std::uint64_t& count = problem.problem == ErrorCode::Duplicate ? duplicates : badRows;
    ++count;
    if (count <= maxListed)
        problems.push_back(std::move(problem));
}

} // namespace driftscope::data
