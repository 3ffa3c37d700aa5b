// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/driftmeasures.h"

#include "core/metrics/metricregistry.h"

#include <algorithm>
#include <exception>

namespace driftscope::simulate {

namespace {

using metrics::ScoredQuery;

constexpr const char* usualMetric = "ndcg@10";

/// The asked metric, or the usual one, or the first of the experiment that recovery can be told of.
std::string metricOf(const Experiment& experiment, const std::string& wanted)
{
    const auto& ids = experiment.metrics.ids;
    if (!wanted.empty())
        return wanted;
    if (std::ranges::find(ids, usualMetric) != ids.end())
        return usualMetric;
    const auto found = std::ranges::find_if(ids, [](const std::string& id) {
        const auto metric = metrics::makeMetric(id);
        return metric && (*metric)->isHigherBetter();
    });
    return found == ids.end() ? usualMetric : *found;
}

Experiment::ShiftFilter kindOf(const Experiment& experiment, Experiment::ShiftFilter wanted)
{
    using Filter = Experiment::ShiftFilter;
    for (const Filter kind : {wanted, experiment.metrics.aroundShift.kind, experiment.replay.aroundShift.kind})
        if (kind != Filter::None)
            return kind;
    return Filter::Any;
}

Result<std::size_t> positionOf(const std::vector<std::string>& names, const std::string& name)
{
    const auto found = std::ranges::find(names, name);
    if (found != names.end())
        return static_cast<std::size_t>(found - names.begin());
    std::string known;
    for (const auto& one : names)
        known += (known.empty() ? "'" : ", '") + one + "'";
    return fail(ErrorCode::UnknownName, "There is no arm '" + name + "'. The run has " + known + ".");
}

/// Positions of the asked arms in the experiment, in its order, the reference with them.
Result<std::vector<std::uint32_t>> chosenArms(const Experiment& experiment, const DriftQuestion& question)
{
    std::vector<std::string> names;
    for (const Arm& arm : experiment.arms)
        names.push_back(arm.name);
    std::vector<std::uint32_t> chosen;
    const auto choose = [&](const std::string& name) -> Result<> {
        DRIFTSCOPE_TRY(const auto position, positionOf(names, name));
        chosen.push_back(static_cast<std::uint32_t>(position));
        return {};
    };
    for (const auto& name : question.arms.empty() ? names : question.arms)
        DRIFTSCOPE_CHECK(choose(name));
    if (!question.reference.empty())
        DRIFTSCOPE_CHECK(choose(question.reference));
    std::ranges::sort(chosen);
    const auto repeated = std::ranges::unique(chosen);
    chosen.erase(repeated.begin(), repeated.end());
    return chosen;
}

Result<DriftMeasures> measure(const Experiment& experiment, std::span<const QueryRecord> records,
                              const ShiftTable& shifts, DriftQuestion question, const JobContext& context)
{
    if (shifts.isEmpty())
        return fail(ErrorCode::NoEligibleQuery, "No shift of a user's taste is known in this run.");
    question.metric = metricOf(experiment, question.metric);
    question.kind = kindOf(experiment, question.kind);
    DRIFTSCOPE_TRY(const auto metric, metrics::makeMetric(question.metric));
    DRIFTSCOPE_TRY(const auto chosen, chosenArms(experiment, question));

    DriftMeasures measures;
    std::vector<std::vector<ScoredQuery>> rows;
    std::vector<std::vector<const ScoredQuery*>> pointers;
    for (const std::uint32_t arm : chosen) {
        measures.arms.push_back(experiment.arms[arm].name);
        rows.push_back(scoredQueries(records, arm));
        pointers.push_back(metrics::pointersTo(rows.back()));
    }
    auto& options = question.recovery;
    options.minimumPerPoint = static_cast<std::size_t>(experiment.metrics.minimumPerPoint);
    options.bootstrap.seed = experiment.seed;
    options.bootstrap.resamples = experiment.metrics.resamples;
    if (!question.reference.empty()) {
        DRIFTSCOPE_TRY(options.reference, positionOf(measures.arms, question.reference));
    }
    const auto aligned = shifts.aligned(question.kind);
    DRIFTSCOPE_TRY(measures.recovery, metrics::recovery(*metric, pointers, aligned, options, context));
    measures.metric = question.metric;
    measures.question = std::move(question);
    measures.shifts.assign(shifts.shifts().begin(), shifts.shifts().end());
    return measures;
}

} // namespace

Result<DriftMeasures> driftMeasures(const Experiment& experiment, std::span<const QueryRecord> records,
                                    const ShiftTable& shifts, DriftQuestion question, const JobContext& context)
{
    try {
        return measure(experiment, records, shifts, std::move(question), context);
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, std::string("Recovery could not be computed: ") + error.what() + ".");
    }
}

std::vector<Curve> alignedCurves(const DriftMeasures& measures)
{
    std::vector<Curve> curves;
    const double middle = static_cast<double>(measures.question.recovery.width - 1) / 2;
    for (std::size_t arm = 0; arm < measures.arms.size(); ++arm) {
        Curve curve {.arm = measures.arms[arm], .metric = measures.metric, .points = {}};
        for (const auto& point : measures.recovery.arms[arm].curve) {
            CurvePoint shown {.at = static_cast<double>(point.from) + middle,
                              .value = point.value.value,
                              .hasBand = point.interval.has_value(),
                              .n = point.value.n};
            shown.low = shown.hasBand ? point.interval->low : 0;
            shown.high = shown.hasBand ? point.interval->high : 0;
            curve.points.push_back(shown);
        }
        curves.push_back(std::move(curve));
    }
    return curves;
}

std::map<std::string, double> alignedRandom(const DriftMeasures& measures)
{
    if (measures.recovery.arms.empty() || !(measures.recovery.arms.front().floor > 0))
        return {};
    return {{measures.metric, measures.recovery.arms.front().floor}};
}

} // namespace driftscope::simulate
