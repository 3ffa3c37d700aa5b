// SPDX-License-Identifier: GPL-3.0-or-later
// How long a frame of the curves takes with many points: new data, and moving over what is there.
//   driftscope_plotbench [points] [arms] [frames]
#include "ui/plots/curveplot.h"

#include <QApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

using namespace driftscope;

namespace {

ui::Figure figureOf(int points, int arms, double phase)
{
    simulate::RunSummary summary;
    summary.random = {{"ndcg@10", 0.4}};
    std::vector<simulate::Curve> curves;
    for (int arm = 0; arm < arms; ++arm) {
        simulate::Curve curve {"arm " + std::to_string(arm), "ndcg@10", {}};
        for (int i = 0; i < points / arms; ++i) {
            const double value = 0.5 + 0.1 * arm / arms + 0.2 * std::sin(phase + i / 3000.0) + 0.02 * (i % 13);
            curve.points.push_back({1.0 * i, value, true, value - 0.05, value + 0.05, std::size_t(40 + i % 60)});
        }
        summary.arms.push_back({curve.arm, {}, {}});
        curves.push_back(std::move(curve));
    }
    return ui::makeFigure(curves, summary, {}, {});
}

/// Prints median, 95 % and the longest of the frames in ms.
void measure(const char* name, int frames, const std::function<void(int)>& frame)
{
    std::vector<double> times;
    for (int i = 0; i < frames; ++i) {
        QElapsedTimer timer;
        timer.start();
        frame(i);
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::ranges::sort(times);
    const auto at = [&times](double share) {
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    std::printf("{\"frame\":\"%s\",\"medianMs\":%.2f,\"p95Ms\":%.2f,\"longestMs\":%.2f}\n", name, at(0.5), at(0.95),
                at(1));
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", qEnvironmentVariable("QT_QPA_PLATFORM", QStringLiteral("offscreen")).toUtf8());
    const QApplication application(argc, argv);
    const auto number = [&](int at, int usual) { return argc > at ? std::max(1, std::atoi(argv[at])) : usual; };
    const int points = number(1, 100'000);
    const int arms = number(2, 5);
    const int frames = number(3, 100);
    ui::CurvePlot plot;
    plot.resize(1000, 700);
    plot.show();
    const std::vector<ui::Figure> figures {figureOf(points, arms, 0), figureOf(points, arms, 1)};
    plot.setFigure(figures[0]);
    plot.drawNow();
    measure("new data", frames, [&](int i) {
        ui::Figure next = figures[std::size_t(i % 2)];
        plot.setFigure(std::move(next));
        plot.drawNow();
    });
    measure("zoom", frames, [&](int i) {
        plot.zoom(i % 20 < 10 ? 0.8 : 1.25);
        plot.refresh();
    });
    return 0;
}
