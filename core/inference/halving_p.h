// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <span>

namespace driftscope::inference {

/// Runs the items at once or, where memory runs out, its two halves one after the other, and so on.
///
/// @param run       Result<>(items); what it did is undone or harmless when it fails with ErrorCode::OutOfMemory.
/// @param tooLarge  the error for a single item that does not fit.
template<typename Item, typename Run, typename TooLarge>
[[nodiscard]] Result<> runInHalves(std::span<Item> items, const Run& run, const TooLarge& tooLarge)
{
    Result<> outcome = run(items);
    if (outcome || outcome.error().code != ErrorCode::OutOfMemory)
        return outcome;
    if (items.size() == 1)
        return tooLarge(items.front());
    const std::size_t half = (items.size() + 1) / 2;
    DRIFTSCOPE_CHECK(runInHalves(items.first(half), run, tooLarge));
    return runInHalves(items.subspan(half), run, tooLarge);
}

} // namespace driftscope::inference
