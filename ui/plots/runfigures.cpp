// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/runfigures.h"

#include "core/metrics/metricregistry.h"
#include "core/simulate/staleness.h"

#include <algorithm>
#include <iterator>

namespace driftscope::ui {

namespace {

using simulate::Curve;
using simulate::Experiment;

std::string beginOfCaption(const Experiment& experiment)
{
    return experiment.name + ": ";
}

std::string sourceSentence(const std::string& sources)
{
    return sources.empty() ? std::string() : " Hashes: " + sources + ".";
}

std::string endOfCaption(const RunRecords& run)
{
    return std::to_string(run.experiment.candidates.count) + " candidates each, seed "
        + std::to_string(run.experiment.seed) + "; bands are 95 % bootstrap intervals over users; n counts moments."
        + sourceSentence(run.sources);
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
    const Experiment shown = choice.view.applied(run.experiment);
    DRIFTSCOPE_TRY(auto curves, simulate::curves(shown, run.records, choice.metrics, context));
    DRIFTSCOPE_TRY(curves, ofArms(std::move(curves), choice.arms));
    return makeFigure(curves, run.summary, choice.metrics,
                      QString::fromStdString(captionOf(shown, run.summary, run.sources)));
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
        + about + ", " + endOfCaption(run);
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
        auto measures =
            simulate::driftMeasures(run.experiment, run.records, run.shifts,
                                    {.metric = id, .reference = choice.reference, .arms = choice.arms}, context);
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
                      QString::fromStdString(beginOfCaption(run.experiment) + about + endOfCaption(run)),
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

simulate::Experiment CurveView::applied(simulate::Experiment experiment) const
{
    if (!windowBy.empty())
        experiment.metrics.windowBy = windowBy;
    if (!windowShape.empty())
        experiment.metrics.windowShape = windowShape;
    if (windowSize > 0)
        experiment.metrics.windowSize = windowSize;
    return experiment;
}

std::string armNameOf(std::span<const RunRecords> runs, ArmOfRun arm)
{
    const RunRecords& run = runs[arm.run];
    const std::string& name = run.experiment.arms[arm.arm].name;
    return runs.size() > 1 && !run.label.empty() ? run.label + " · " + name : name;
}

Result<Figure> overlaidFigure(std::span<const RunRecords> runs, const FigureChoice& choice, const JobContext& context)
{
    FigureChoice filled = choice;
    if (filled.metrics.empty() && !runs.empty())
        filled.metrics = curveMetrics(runs.front().experiment);
    std::vector<Curve> all;
    simulate::RunSummary arms;
    std::string caption;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const RunRecords& run = runs[i];
        const Experiment shown = filled.view.applied(run.experiment);
        DRIFTSCOPE_TRY(auto curves, simulate::curves(shown, run.records, filled.metrics, context));
        for (std::uint32_t arm = 0; arm < run.experiment.arms.size(); ++arm) {
            const std::string name = armNameOf(runs, {i, arm});
            for (Curve& curve : curves)
                if (curve.arm == run.experiment.arms[arm].name)
                    curve.arm = name;
            arms.arms.push_back({.name = name, .metrics = {}, .cost = {}});
        }
        std::ranges::move(curves, std::back_inserter(all));
        caption += (caption.empty() ? "" : " ") + run.label + ": " + captionOf(shown, run.summary, run.sources);
    }
    return makeFigure(all, arms, filled.metrics, QString::fromStdString(caption));
}

Result<Figure> differenceFigure(std::span<const RunRecords> runs, ArmOfRun a, ArmOfRun b, const FigureChoice& choice,
                                const JobContext& context)
{
    const RunRecords& run = runs[a.run];
    const auto metric = choice.metrics.empty() ? curveMetrics(run.experiment).front() : choice.metrics.front();
    const Experiment shown = choice.view.applied(run.experiment);
    const auto pair = simulate::pairArms(run.records, a.arm, runs[b.run].records, b.arm);
    DRIFTSCOPE_TRY(auto curve, simulate::differenceCurve(pair, metric, shown, context));
    curve.arm = armNameOf(runs, a) + " − " + armNameOf(runs, b);
    simulate::RunSummary summary;
    summary.arms.push_back({.name = curve.arm, .metrics = {}, .cost = {}});
    Figure figure = makeFigure(std::span(&curve, 1), summary, {},
                               QString::fromStdString("Difference paired by user, " + curve.arm + ". "
                                                      + captionOf(shown, run.summary, run.sources)));
    figure.isDifference = true;
    return figure;
}

Result<Figure> usersFigure(std::span<const RunRecords> runs, ArmOfRun a, ArmOfRun b, const FigureChoice& choice)
{
    const RunRecords& run = runs[a.run];
    const auto metric = choice.metrics.empty() ? curveMetrics(run.experiment).front() : choice.metrics.front();
    const auto pair = simulate::pairArms(run.records, a.arm, runs[b.run].records, b.arm);
    DRIFTSCOPE_TRY(auto users, simulate::valuesOfUsers(pair, metric));
    const auto better = std::ranges::count_if(users, [](const auto& user) { return user.a > user.b; });
    const auto worse = std::ranges::count_if(users, [](const auto& user) { return user.a < user.b; });
    Figure figure;
    figure.axis = FigureAxis::Users;
    figure.arms = {QString::fromStdString(armNameOf(runs, a)), QString::fromStdString(armNameOf(runs, b))};
    figure.caption = QString::fromStdString(beginOfCaption(run.experiment) + "a point a user, "
                                            + std::to_string(users.size()) + " users; " + armNameOf(runs, a)
                                            + " is higher for " + std::to_string(better) + ", " + armNameOf(runs, b)
                                            + " for " + std::to_string(worse) + ". " + sourceSentence(run.sources));
    figure.panels.push_back({QString::fromStdString(metric), {}, {}, std::move(users)});
    return figure;
}

std::string captionOf(const simulate::Experiment& experiment, const simulate::RunSummary& summary,
                      const std::string& sources)
{
    const auto& metrics = experiment.metrics;
    return experiment.name + ": " + std::to_string(summary.queries) + " moments in time order, "
        + std::to_string(experiment.candidates.count) + " candidates each, seed " + std::to_string(experiment.seed)
        + "; " + (metrics.windowShape == "apart" ? "" : metrics.windowShape + " ") + "windows of "
        + std::to_string(metrics.windowSize) + (metrics.windowBy == "calendar" ? " days" : " events")
        + " with at least " + std::to_string(metrics.minimumPerPoint)
        + " moments; bands are 95 % bootstrap intervals over users; n counts moments." + sourceSentence(sources);
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
