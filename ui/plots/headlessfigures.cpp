// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/headlessfigures.h"

#include "ui/plots/figureexport.h"

#include <QApplication>

#include <algorithm>
#include <clocale>
#include <memory>
#include <system_error>

namespace driftscope::ui {

namespace {

/// Qt's application object for as long as figures are written, if the program has none.
class HeadlessApplication
{
public:
    HeadlessApplication()
    {
        if (QCoreApplication::instance())
            return;
        qputenv("QT_QPA_PLATFORM", "offscreen");
        m_application = std::make_unique<QApplication>(m_argumentCount, m_arguments);
        std::setlocale(LC_NUMERIC, "C"); // Qt takes the system's; files keep the decimal point
    }

    bool canDraw() const { return qobject_cast<QApplication*>(QCoreApplication::instance()) != nullptr; }

private:
    int m_argumentCount = 1;
    char m_name[11] = "driftscope";
    char* m_arguments[2] = {m_name, nullptr};
    std::unique_ptr<QApplication> m_application;
};

Result<> needsApplication(const HeadlessApplication& application)
{
    if (application.canDraw())
        return {};
    return fail(ErrorCode::Internal, "Figures cannot be drawn: the program runs without Qt's window part.");
}

std::string fileStem(const QString& metric)
{
    return QString(metric).replace(QLatin1Char('@'), QLatin1String("-at-")).toStdString();
}

} // namespace

Result<std::vector<std::filesystem::path>> writeFigures(const simulate::RunSummary& summary,
                                                        std::span<const simulate::Curve> curves,
                                                        const std::string& caption, const std::filesystem::path& folder,
                                                        FigureSize size)
{
    const HeadlessApplication application;
    DRIFTSCOPE_CHECK(needsApplication(application));
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::NotWritable, folder.string() + ": cannot make this folder (" + error.message() + ").");
    const Figure all = makeFigure(curves, summary, {}, QString::fromStdString(caption));
    std::vector<std::filesystem::path> files;
    const auto write = [&](const Figure& figure, const std::string& stem, QSizeF sizeMm) -> Result<> {
        for (const QString& suffix : figureSuffixes()) {
            files.push_back(folder / (stem + "." + suffix.toStdString()));
            DRIFTSCOPE_CHECK(exportFigure(figure, files.back(), sizeMm));
        }
        return {};
    };
    for (const FigurePanel& panel : all.panels) {
        Figure one = all;
        one.panels = {panel};
        if (one.hasPoints())
            DRIFTSCOPE_CHECK(write(one, fileStem(panel.metric), {size.widthMm, size.heightMm}));
    }
    if (all.panels.size() > 1 && all.hasPoints()) {
        const auto rows = static_cast<double>((all.panels.size() + 1) / 2);
        DRIFTSCOPE_CHECK(write(all, "all-metrics", {2 * size.widthMm, std::min(rows * size.heightMm, 1000.0)}));
    }
    return files;
}

Result<> writeFigure(const simulate::RunSummary& summary, std::span<const simulate::Curve> curves,
                     const std::string& caption, const std::filesystem::path& file, FigureSize size)
{
    const HeadlessApplication application;
    DRIFTSCOPE_CHECK(needsApplication(application));
    return exportFigure(makeFigure(curves, summary, {}, QString::fromStdString(caption)), file,
                        {size.widthMm, size.heightMm});
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
