// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/runexporter.h"

#include "core/base/textfile.h"
#include "core/simulate/papertable.h"
#include "core/store/predictiontable.h"
#include "ui/plots/headlessfigures.h"

#include <QTimer>

namespace driftscope::ui {

namespace {

namespace fs = std::filesystem;

Result<> writePredictions(const store::StoredRun& run, const fs::path& path, const JobContext& context)
{
    context.report({0, 0, "read the dataset for names"});
    const auto dataset = store::datasetOf(run, context); // without it, numbers are written
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Stopped; nothing is written.");
    const auto format = path.extension() == ".csv" ? store::TableFormat::Csv : store::TableFormat::JsonLines;
    return store::writePredictions(run, dataset ? dataset->get() : nullptr, format, path, context);
}

Result<> writeManifest(const store::Run& run, const fs::path& path)
{
    return writeFile(path, run.manifest.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

Result<> writeTable(const RunResult& run, const fs::path& path)
{
    const QString suffix = QString::fromStdString(path.extension().string()).mid(1);
    return writeFile(path, RunExporter::tableText(run, suffix));
}

Result<> makeFolder(const fs::path& folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::NotWritable, folder.string() + ": cannot make this folder (" + error.message() + ").");
    return {};
}

Result<std::vector<Figure>> writeFolder(const RunResult& run, const ExportRequest& request, const JobContext& context)
{
    DRIFTSCOPE_CHECK(makeFolder(request.path));
    DRIFTSCOPE_CHECK(writeTable(run, request.path / "table.md"));
    DRIFTSCOPE_CHECK(writeTable(run, request.path / "table.tex"));
    DRIFTSCOPE_CHECK(writeManifest(run.run(), request.path / "manifest.json"));
    DRIFTSCOPE_CHECK(writeFile(request.path / "experiment.json", run.experiment().toJson().dump(2) + "\n"));
    DRIFTSCOPE_CHECK(writePredictions(*run.stored, request.path / "predictions.csv", context));
    context.report({0, 0, "work out the figures"});
    FigureChoice choice = request.choice;
    choice.metrics = run.experiment().metrics.ids;
    return allFigures(run, choice, context);
}

} // namespace

RunExporter::RunExporter(QObject* parent)
    : QObject(parent)
{
    connect(&m_job, &JobRunner::ended, this, [this](Outcome outcome, const QString& message) {
        if (outcome == Outcome::Failed)
            emit failed(message);
    });
}

std::string RunExporter::tableText(const RunResult& run, const QString& suffix)
{
    const std::string caption = captionOf(run.experiment(), run.summary, run.sources);
    return suffix == QLatin1String("tex") ? simulate::toLatex(run.summary, caption)
                                          : simulate::toMarkdown(run.summary, caption);
}

void RunExporter::start(const RunResult& run, const ExportRequest& request)
{
    m_request = request;
    if (request.kind == ExportKind::Everything) {
        writeEverything(run, request);
    } else if (request.kind == ExportKind::Figure) {
        const auto written = exportFigure(request.figure, request.path, request.format);
        if (written)
            emit exported(QString::fromStdString(request.path.string()));
        else
            emit failed(QString::fromStdString(written.error().message));
    } else {
        writeTables(run, request);
    }
}

void RunExporter::writeTables(const RunResult& run, const ExportRequest& request)
{
    m_job.start(
        tr("Export"),
        [run, request](const JobContext& context) -> Result<> {
            if (request.kind == ExportKind::Predictions)
                return writePredictions(*run.stored, request.path, context);
            return request.kind == ExportKind::Table ? writeTable(run, request.path)
                                                     : writeManifest(run.run(), request.path);
        },
        [this](const Result<>& result) {
            if (result)
                emit exported(QString::fromStdString(m_request.path.string()));
        });
}

void RunExporter::writeEverything(const RunResult& run, const ExportRequest& request)
{
    m_job.run<std::vector<Figure>>(
        tr("Export"), [run, request](const JobContext& context) { return writeFolder(run, request, context); },
        [this](Result<std::vector<Figure>> figures) {
            if (!figures)
                return;
            m_figures = std::move(*figures);
            writeNextFigure();
        });
}

void RunExporter::writeNextFigure()
{
    if (m_figures.empty()) {
        emit exported(QString::fromStdString(m_request.path.string()));
        return;
    }
    Figure& next = m_figures.back();
    Figure one = next; // a panel at a time: each is drawn between two events of the window
    one.panels = {next.panels.back()};
    next.panels.pop_back();
    if (next.panels.empty())
        m_figures.pop_back();
    const auto written = writeFigures(one, m_request.path, m_request.format);
    if (!written) {
        m_figures.clear();
        emit failed(QString::fromStdString(written.error().message));
        return;
    }
    QTimer::singleShot(0, this, &RunExporter::writeNextFigure);
}

} // namespace driftscope::ui
