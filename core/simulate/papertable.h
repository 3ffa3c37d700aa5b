// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/runsummary.h"

#include <string>

namespace driftscope::simulate {

/// Metrics with intervals and costs of all arms as two Markdown tables. @param caption  what stands below them.
[[nodiscard]] std::string toMarkdown(const RunSummary& summary, const std::string& caption);

/// The same for LaTeX, with the lines of the package booktabs.
[[nodiscard]] std::string toLatex(const RunSummary& summary, const std::string& caption);

/// Text as LaTeX shows it: special characters are escaped.
[[nodiscard]] std::string latexText(const std::string& text);

} // namespace driftscope::simulate
