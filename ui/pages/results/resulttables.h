// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/manifestdifference.h"
#include "core/simulate/runsummary.h"
#include "ui/models/listtablemodel.h"

#include <memory>
#include <vector>

namespace driftscope::ui {

/// What an arm cost, with the colour it has everywhere.
struct CostRow {
    simulate::ArmSummary arm;
    std::size_t position = 0;
    double predictions = 0; ///< (query, arm) pairs that the cost is of
};

using CostModel = ListTableModel<CostRow>;
using ManifestModel = ListTableModel<simulate::ManifestDifference>;

/// Tokens and milliseconds a prediction, speed, and for baselines how often and how long they were trained.
[[nodiscard]] std::unique_ptr<CostModel> makeCostModel();
/// Field, value in the run, value in the other run.
[[nodiscard]] std::unique_ptr<ManifestModel> makeManifestModel();

[[nodiscard]] std::vector<CostRow> costRows(const simulate::RunSummary& summary);

} // namespace driftscope::ui
