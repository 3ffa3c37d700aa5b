// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/armcomparison.h"
#include "core/simulate/runsummary.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace driftscope::ui {

/// What the x axis of a figure counts.
enum class FigureAxis : std::uint8_t {
    Time, ///< simulated time: the user's events so far, or the calendar
    SinceShift, ///< events since a shift of taste, a line at the shift
    Lag, ///< how stale the context is
    Users ///< a point a user: what one arm got against what another one got
};

/// One metric over simulated time (or what else the axis is) for all arms.
struct FigurePanel {
    QString metric; ///< id, "ndcg@10"
    std::vector<simulate::Curve> curves; ///< one an arm, in the order of the arms
    std::optional<double> random; ///< what a random ranker gets, drawn as a line
    std::vector<simulate::UserValues> users {}; ///< of FigureAxis::Users: arms[0] is drawn along x, arms[1] along y
};

/// What a plot shows, as data: the screen, every file format and the CSV are made from this one thing.
struct Figure {
    std::vector<FigurePanel> panels;
    std::vector<QString> arms; ///< names in the order of the experiment: position = colour
    FigureAxis axis = FigureAxis::Time;
    QString unit = QStringLiteral("events"); ///< of a lag
    bool isDifference = false; ///< values are differences of two arms: a line at zero stands for no difference
    bool isCalendar = false; ///< x is Unix seconds, not an event index
    QString caption; ///< the protocol, in one or two sentences; empty = none
    std::size_t minimumPerPoint = 0; ///< for the empty state: how many queries a point needs

    /// True if there is at least one point to draw.
    [[nodiscard]] bool hasPoints() const;
};

/// The figure of the given curves: one panel a metric, in the order of `metricIds` (empty = as they come).
///
/// A time axis is calendar time if the values are Unix seconds: no user has 10^8 events. Along a lag, the curves are
/// of groups of arms, which have colours of their own.
[[nodiscard]] Figure makeFigure(std::span<const simulate::Curve> curves, const simulate::RunSummary& summary,
                                std::span<const std::string> metricIds, const QString& caption,
                                FigureAxis axis = FigureAxis::Time);

/// "NDCG@10" for "ndcg@10".
[[nodiscard]] QString metricTitle(const QString& id);

/// "simulated time (events of the user so far)": what stands below the x axis.
[[nodiscard]] QString axisLabel(const Figure& figure);

/// What stands beside the y axis of a panel.
[[nodiscard]] QString valueLabel(const Figure& figure, const FigurePanel& panel);

/// The numbers behind a figure: metric,arm,event_index|time|since_shift|lag,value,low,high,n,random; an undefined value
/// is an empty field. Of users: metric,user,a,b,n under the names of the arms.
[[nodiscard]] QByteArray figureCsv(const Figure& figure);

/// The same as JSON: {"caption","axis","panels":[{"metric","random","curves":[{"arm","points":[{"at","value","low",
/// "high","n"}]}]}]}; an undefined value is null.
[[nodiscard]] QByteArray figureJson(const Figure& figure);

} // namespace driftscope::ui
