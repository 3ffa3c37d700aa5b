// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

/// The shell folder holds the parts of the window that belong to no page.
namespace driftscope::ui {

/// What a path leads to, as far as can be told without opening it as such.
enum class PathKind { Missing, Dataset, Checkpoint, Adapter, Experiment, TuningPlan, Template, UnknownJson };

/// Looks at names and, for a JSON file of at most some megabytes, at its fields. Whatever is nothing else is taken for
/// a dataset: its readers say what is wrong.
[[nodiscard]] PathKind pathKind(const QString& path);

} // namespace driftscope::ui
