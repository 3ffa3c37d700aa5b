// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/rowreport.h"
#include "core/simulate/arm.h"
#include "core/simulate/runsummary.h"
#include "core/store/runstore.h"
#include "ui/models/listtablemodel.h"
#include "ui/models/probetables.h"

#include <QColor>

#include <optional>

namespace driftscope::ui {

/// An arm with the colour it has everywhere.
struct ArmRow {
    simulate::Arm arm;
    std::size_t position = 0;
};

/// A metric of an arm with its interval.
struct MetricRow {
    QString arm;
    std::size_t armPosition = 0;
    QString metric;
    simulate::SummaryValue value;
    std::optional<double> random;
};

using BadRowModel = ListTableModel<data::RowProblem>;
using ArmModel = ListTableModel<ArmRow>;
using RunModel = ListTableModel<store::Run>;
using MetricModel = ListTableModel<MetricRow>;

[[nodiscard]] std::unique_ptr<BadRowModel> makeBadRowModel();
[[nodiscard]] std::unique_ptr<ArmModel> makeArmModel();
[[nodiscard]] std::unique_ptr<RunModel> makeRunModel();
[[nodiscard]] std::unique_ptr<MetricModel> makeMetricModel();

/// Role under which a row names the arm whose colour it has.
enum ArmRole { ArmPositionRole = Qt::UserRole + 3 };

/// Rows of the table at the end of a run: every arm and metric.
[[nodiscard]] std::vector<MetricRow> metricRows(const simulate::RunSummary& summary);

/// "recent 4 beats no demonstrations by 0.031 NDCG@10 [0.012, 0.050], 400 users." or that nothing can be said.
[[nodiscard]] QString verdict(const simulate::PairedDifference& difference, bool isHigherBetter);

/// "recent, k = 4": a selector with its parameters in few words.
[[nodiscard]] QString selectorText(const simulate::Arm& arm);

} // namespace driftscope::ui
