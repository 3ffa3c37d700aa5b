// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/benchmodel.h"

namespace driftscope::app {

/// Runs every contender as a process of its own, in rounds: this program in each precision, with and without sharing,
/// and the peers whose scripts and models are named. Prints one JSON line a contender and then the ratios.
///
/// The slow ones (no sharing, naive, padded batch) rank the first query only, in the first round; ratios are taken over
/// the queries that both have.
/// @param context  Stop is honoured between contenders.
[[nodiscard]] Result<> measureTable(const BenchArguments& arguments, const JobContext& context);

} // namespace driftscope::app
