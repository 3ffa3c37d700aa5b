// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/benchmodel.h"

namespace driftscope::app {

/// Measures how the cost of ranking grows, one thing at a time from a common middle: candidates 5 to 500, solved
/// examples k 0 to 16, history 0 to 50, users in one batch 1 to 64.
///
/// Writes a CSV file: what grows, its value, candidates, k, history and users, then prompts, tokens of all prompts,
/// computed tokens, seconds (least of the rounds), foreign cores then, and peak bytes as the scorer counts them.
/// Points that do not fit the model's context are left out with a note.
[[nodiscard]] Result<> measureGrowth(const BenchArguments& arguments, const JobContext& context);

} // namespace driftscope::app
