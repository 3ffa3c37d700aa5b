// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/metrics/scoredquery.h"
#include "core/simulate/experiment.h"
#include "core/simulate/recordsink.h"
#include "core/simulate/shifttable.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace driftscope::simulate {

/// A metric of an arm with its 95 % interval (percentile bootstrap over users).
struct SummaryValue {
    std::optional<double> value;
    bool hasInterval = false; ///< false with fewer than two users; low and high mean nothing then
    double low = 0;
    double high = 0;
    std::size_t n = 0; ///< queries it stands on
    std::size_t users = 0; ///< users it stands on
    std::string undefined; ///< why there is no value
};

/// What an arm cost.
struct ArmCost {
    /// Of all updates.
    [[nodiscard]] double trainingSeconds() const;

    std::int64_t tokens = 0;
    std::int64_t computedTokens = 0;
    std::int64_t cachedTokens = 0; ///< not computed again, since they were kept from earlier prompts
    double seconds = 0;
    double candidatesPerSecond = 0;
    /// Trainings of the arm's baseline in time order: the cost of following the drift on the data's own time axis.
    std::vector<baselines::ModelUpdate> updates {};
    std::int64_t peakBytes = 0; ///< not in the records: set by who ran it; 0 = not known
};

struct ArmSummary {
    std::string name;
    std::map<std::string, SummaryValue> metrics;
    ArmCost cost;
    std::string scorer {}; ///< "model", or the baseline that ranked
    bool knowsTruth = false; ///< an oracle of planted data: no recommender
};

/// Difference of two arms on a metric, paired by user.
struct PairedDifference {
    std::string a;
    std::string b;
    std::string metric;
    double difference = 0; ///< a - b
    bool hasInterval = false;
    double low = 0;
    double high = 0;
    std::size_t users = 0;
};

/// The table at the end of a run: the same from records in memory, from the store, in GUI and CLI.
struct RunSummary {
    std::string experimentHash;
    std::uint64_t queries = 0;
    std::uint64_t leaks = 0;
    std::uint64_t tableQueries = 0; ///< that the metrics are of: all, or those in the window of the table
    std::string tableWindow {}; ///< "8 to 12 events after an abrupt shift"; empty = all queries
    std::vector<std::string> metricIds; ///< in the order of the experiment
    std::vector<ArmSummary> arms;
    std::vector<PairedDifference> paired; ///< every pair of arms, but where a metric is undefined
    std::map<std::string, double> random; ///< the random ranker, per ranking metric
};

/// One point of a curve over simulated time.
struct CurvePoint {
    double at = 0; ///< event index, or Unix seconds (middle of the window)
    std::optional<double> value {}; ///< nothing below the experiment's minimum per point
    bool hasBand = false;
    double low = 0;
    double high = 0;
    std::size_t n = 0;
    std::int64_t from = 0; ///< first event index or Unix second that the point stands on
    std::int64_t to = 0; ///< first one after it; from = to where the axis is not simulated time
};

/// A metric of an arm over simulated time.
struct Curve {
    std::string arm;
    std::string metric;
    std::vector<CurvePoint> points;
};

/// Plain scored rows of an arm's records, in the order of the queries: each is a row of label and score for the target,
/// and a ranking if it has more than one candidate.
[[nodiscard]] std::vector<metrics::ScoredQuery> scoredQueries(std::span<const QueryRecord> records, std::uint32_t arm);

/// Values, intervals, differences and cost of what is on record, complete or not. With metrics.aroundShift, values and
/// differences are of the records in that window alone.
///
/// @param shifts  of the run's manifest or of the data; needed for metrics.aroundShift alone.
/// @retval ErrorCode::Inconsistent metrics.aroundShift is set and no shift is known.
/// @retval ErrorCode::Cancelled    stop was requested between arms or metrics.
/// @retval ErrorCode::UnknownName  a metric is not known.
/// Source   percentile bootstrap over users, paired between arms; see core/metrics/bootstrap.h.
[[nodiscard]] Result<RunSummary> summarize(const Experiment& experiment, std::span<const QueryRecord> records,
                                           const JobContext& context = {}, const ShiftTable& shifts = {});
/// Curves of the given metrics for all arms, by the experiment's windows.
[[nodiscard]] Result<std::vector<Curve>> curves(const Experiment& experiment, std::span<const QueryRecord> records,
                                                std::span<const std::string> metricIds, const JobContext& context = {});

/// The records that a point of curves() stands on, in time order. They point into `records`.
///
/// @param arm     position in the experiment.
/// @param metric  of the curve: a ranking metric does not look at every record.
[[nodiscard]] std::vector<const QueryRecord*> recordsBehind(const Experiment& experiment,
                                                            std::span<const QueryRecord> records, std::uint32_t arm,
                                                            const std::string& metric, const CurvePoint& point);
/// The interaction of the dataset that a record asks about; nothing if the data are others than the run's.
[[nodiscard]] std::optional<data::InteractionIndex> interactionOf(const data::Dataset& dataset,
                                                                  const QueryRecord& record);

/// The JSON that `run --json` ends with, less "run".
[[nodiscard]] nlohmann::json toJson(const RunSummary& summary);
/// A table for a terminal.
[[nodiscard]] std::string toText(const RunSummary& summary);

} // namespace driftscope::simulate
