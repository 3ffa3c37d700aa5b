// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/runfigures.h"

#include "core/metrics/metricregistry.h"
#include "core/simulate/staleness.h"

#include <algorithm>

namespace driftscope::ui {

namespace {

using simulate::Curve;
using simulate::Experiment;

std::string beginOfCaption(const Experiment& experiment)
{
    return experiment.name + ": ";
}

std::string endOfCaption(const Experiment& experiment)
{
    return std::to_string(experiment.candidates.count) + " candidates each, seed " + std::to_string(experiment.seed)
        + "; bands are 95 % bootstrap intervals over users; n counts moments.";
}

Result<> checkArms(const std::vector<std::string>& wanted, std::span<const Curve> curves)
{
    for (const auto& name : wanted)
        if (std::ranges::find(curves, name, &Curve::arm) == curves.end())
            return fail(ErrorCode::UnknownName, "There is no arm '" + name + "' in this figure of the run.");
    return {};
}

/// The curves of the wanted arms; all if none is named.
Result<std::vector<Curve>> ofArms(std::vector<Curve> curves, const std::vector<std::string>& wanted)
{
    DRIFTSCOPE_CHECK(checkArms(wanted, curves));
    if (!wanted.empty())
        std::erase_if(curves,
                      [&wanted](const Curve& curve) { return std::ranges::find(wanted, curve.arm) == wanted.end(); });
    return curves;
}

Result<Figure> timeFigure(const RunRecords& run, const FigureChoice& choice, const JobContext& context)
{
    DRIFTSCOPE_TRY(auto curves, simulate::curves(run.experiment, run.records, choice.metrics, context));
    DRIFTSCOPE_TRY(curves, ofArms(std::move(curves), choice.arms));
    return makeFigure(curves, run.summary, choice.metrics,
                      QString::fromStdString(captionOf(run.experiment, run.summary)));
}

bool isHigherBetter(const std::string& id)
{
    const auto metric = metrics::makeMetric(id);
    return !metric || (*metric)->isHigherBetter();
}

/// The run's summary, or one of other metrics than the experiment's.
Result<simulate::RunSummary> summaryOf(const RunRecords& run, const std::vector<std::string>& ids,
                                       const JobContext& context)
{
    const auto& known = run.summary.metricIds;
    const auto isKnown = [&known](const std::string& id) { return std::ranges::find(known, id) != known.end(); };
    if (std::ranges::all_of(ids, isKnown))
        return run.summary;
    Experiment asked = run.experiment;
    asked.metrics.ids = ids;
    return simulate::summarize(asked, run.records, context, run.shifts);
}

Result<Figure> lagFigure(const RunRecords& run, const FigureChoice& choice, const JobContext& context)
{
    const auto groups = simulate::lagGroups(run.experiment);
    if (groups.empty())
        return makeFigure({}, run.summary, {}, {}, FigureAxis::Lag);
    DRIFTSCOPE_TRY(const auto summary, summaryOf(run, choice.metrics, context));
    DRIFTSCOPE_TRY(const auto curves,
                   ofArms(simulate::stalenessCurves(run.experiment, summary, choice.metrics), choice.arms));
    const std::string about = summary.tableWindow.empty() ? "" : " " + summary.tableWindow;
    const std::string caption = beginOfCaption(run.experiment) + std::to_string(summary.tableQueries) + " moments"
        + about + ", " + endOfCaption(run.experiment);
    Figure figure = makeFigure(curves, summary, choice.metrics, QString::fromStdString(caption), FigureAxis::Lag);
    figure.unit = QString::fromStdString(simulate::lagUnitName(groups.front().unit));
    return figure;
}

} // namespace

Result<std::vector<simulate::DriftMeasures>> shiftMeasures(const RunRecords& run, const FigureChoice& choice,
                                                           const JobContext& context)
{
    std::vector<simulate::DriftMeasures> all;
    if (run.shifts.isEmpty())
        return all;
    for (const auto& id : choice.metrics.empty() ? curveMetrics(run.experiment) : choice.metrics) {
        if (!isHigherBetter(id))
            continue;
        auto measures = simulate::driftMeasures(run.experiment, run.records, run.shifts,
                                                {.metric = id, .arms = choice.arms}, context);
        if (measures)
            all.push_back(std::move(*measures));
        else if (measures.error().code != ErrorCode::NoEligibleQuery)
            return failFrom(measures);
    }
    return all;
}

Figure shiftFigure(const RunRecords& run, std::span<const simulate::DriftMeasures> measures)
{
    simulate::RunSummary summary = run.summary;
    summary.random.clear();
    std::vector<Curve> curves;
    std::string about;
    for (const auto& ofMetric : measures) {
        for (auto& curve : simulate::alignedCurves(ofMetric))
            curves.push_back(std::move(curve));
        summary.random.merge(simulate::alignedRandom(ofMetric));
        about = std::to_string(ofMetric.recovery.shifts) + " shifts of " + std::to_string(ofMetric.recovery.users)
            + " users, points over " + std::to_string(ofMetric.question.recovery.width) + " events; ";
    }
    return makeFigure(curves, summary, {},
                      QString::fromStdString(beginOfCaption(run.experiment) + about + endOfCaption(run.experiment)),
                      FigureAxis::SinceShift);
}

Result<Figure> runFigure(const RunRecords& run, const FigureChoice& choice, const JobContext& context)
{
    FigureChoice filled = choice;
    if (filled.metrics.empty())
        filled.metrics = curveMetrics(run.experiment);
    if (filled.axis == FigureAxis::SinceShift) {
        DRIFTSCOPE_TRY(const auto measures, shiftMeasures(run, filled, context));
        return shiftFigure(run, measures);
    }
    if (filled.axis == FigureAxis::Lag)
        return lagFigure(run, filled, context);
    return timeFigure(run, filled, context);
}

std::string captionOf(const simulate::Experiment& experiment, const simulate::RunSummary& summary)
{
    const auto& metrics = experiment.metrics;
    return experiment.name + ": " + std::to_string(summary.queries) + " moments in time order, "
        + std::to_string(experiment.candidates.count) + " candidates each, seed " + std::to_string(experiment.seed)
        + "; " + (metrics.windowShape == "apart" ? "" : metrics.windowShape + " ") + "windows of "
        + std::to_string(metrics.windowSize) + (metrics.windowBy == "calendar" ? " days" : " events")
        + " with at least " + std::to_string(metrics.minimumPerPoint)
        + " moments; bands are 95 % bootstrap intervals over users; n counts moments.";
}

std::vector<std::string> curveMetrics(const simulate::Experiment& experiment)
{
    std::vector<std::string> ids;
    for (const std::string id : {"hr@10", "ndcg@10"})
        if (std::ranges::find(experiment.metrics.ids, id) != experiment.metrics.ids.end())
            ids.push_back(id);
    for (const auto& id : experiment.metrics.ids)
        if (ids.empty() || (ids.size() < 2 && ids.front() != "hr@10" && ids.front() != "ndcg@10" && ids.front() != id))
            ids.push_back(id);
    return ids;
}

} // namespace driftscope::ui
