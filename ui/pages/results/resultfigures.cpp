// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/resultfigures.h"

#include <QCoreApplication>

namespace driftscope::ui {

namespace {

std::vector<RunRecords> recordsOf(const std::vector<RunResult>& runs)
{
    std::vector<RunRecords> records;
    for (const RunResult& run : runs)
        records.push_back(run.records());
    return records;
}

Result<ShownFigure> drawPair(const FigureRequest& request, const JobContext& context)
{
    const auto runs = recordsOf(request.runs);
    ShownFigure shown;
    if (request.view == ResultView::Users) {
        DRIFTSCOPE_TRY(shown.figure, usersFigure(runs, request.a, request.b, request.choice));
    } else {
        DRIFTSCOPE_TRY(shown.figure, differenceFigure(runs, request.a, request.b, request.choice, context));
    }
    const auto& experiment = runs[request.a.run].experiment;
    const auto pair =
        simulate::pairArms(runs[request.a.run].records, request.a.arm, runs[request.b.run].records, request.b.arm);
    const auto metric =
        request.choice.metrics.empty() ? curveMetrics(experiment).front() : request.choice.metrics.front();
    DRIFTSCOPE_TRY(
        const auto estimate,
        simulate::difference(pair, metric, {.seed = experiment.seed, .resamples = experiment.metrics.resamples}));
    shown.differentLists = pair.differentLists;
    if (!estimate.difference)
        return shown;
    simulate::PairedDifference paired;
    paired.a = armNameOf(runs, request.a);
    paired.b = armNameOf(runs, request.b);
    paired.metric = metric;
    paired.difference = *estimate.difference;
    paired.hasInterval = estimate.interval.has_value();
    paired.low = estimate.interval ? estimate.interval->low : 0;
    paired.high = estimate.interval ? estimate.interval->high : 0;
    paired.users = estimate.users;
    shown.paired = std::move(paired);
    return shown;
}

Result<ShownFigure> drawShifts(const FigureRequest& request, const JobContext& context)
{
    RunRecords run = request.runs.front().records();
    if (request.areShiftsDetected) {
        DRIFTSCOPE_TRY(run.shifts, store::shiftsOf(*request.runs.front().stored, true, context));
    }
    ShownFigure shown;
    DRIFTSCOPE_TRY(shown.measures, shiftMeasures(run, request.choice, context));
    shown.figure = shiftFigure(run, shown.measures);
    return shown;
}

} // namespace

RunRecords RunResult::records() const
{
    return {stored->experiment,
            stored->records,
            summary,
            stored->shifts,
            sources,
            QCoreApplication::translate("Figure", "run %1").arg(run().id).toStdString()};
}

Result<ShownFigure> drawFigure(const FigureRequest& request, const JobContext& context)
{
    ShownFigure shown;
    switch (request.view) {
    case ResultView::SinceShift:
        return drawShifts(request, context);
    case ResultView::Difference:
    case ResultView::Users:
        return drawPair(request, context);
    case ResultView::Lag: {
        FigureChoice choice = request.choice;
        choice.axis = FigureAxis::Lag;
        DRIFTSCOPE_TRY(shown.figure, runFigure(request.runs.front().records(), choice, context));
        return shown;
    }
    case ResultView::Time:
        break;
    }
    if (request.runs.size() > 1) {
        DRIFTSCOPE_TRY(shown.figure, overlaidFigure(recordsOf(request.runs), request.choice, context));
    } else {
        DRIFTSCOPE_TRY(shown.figure, runFigure(request.runs.front().records(), request.choice, context));
    }
    return shown;
}

Result<std::vector<Figure>> allFigures(const RunResult& run, const FigureChoice& choice, const JobContext& context)
{
    std::vector<Figure> figures;
    FigureRequest request {{run}, ResultView::Time, choice, false, {}, {}};
    if (run.experiment().arms.size() > 1)
        request.a.arm = static_cast<std::uint32_t>(run.experiment().arms.size() - 1);
    for (const auto view :
         {ResultView::Time, ResultView::SinceShift, ResultView::Lag, ResultView::Difference, ResultView::Users}) {
        request.view = view;
        DRIFTSCOPE_TRY(auto shown, drawFigure(request, context));
        if (shown.figure.hasPoints())
            figures.push_back(std::move(shown.figure));
    }
    return figures;
}

} // namespace driftscope::ui
