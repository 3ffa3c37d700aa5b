// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/runsummary.h"
#include "ui/pages/results/resultfigures.h"

#include <QStringList>

#include <vector>

namespace driftscope::ui {

/// Differences of the arms of a run in words, the main ranking metrics first.
[[nodiscard]] QStringList verdictSentences(const simulate::RunSummary& summary);
/// What shifts did to each arm: how much is lost, and when most of it is back.
[[nodiscard]] QStringList recoverySentences(const std::vector<simulate::DriftMeasures>& measures);
/// What a figure of two arms shows; empty if it is of something else.
[[nodiscard]] QStringList pairSentences(const ShownFigure& shown, ResultView view);

} // namespace driftscope::ui
