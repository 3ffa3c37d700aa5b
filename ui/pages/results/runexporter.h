// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/jobrunner.h"
#include "ui/pages/results/resultfigures.h"
#include "ui/plots/figureexport.h"

#include <QObject>

#include <filesystem>
#include <vector>

namespace driftscope::ui {

/// What of a run is written.
enum class ExportKind : std::uint8_t {
    Figure, ///< as the suffix says
    Table, ///< .md or .tex
    Predictions, ///< .csv or .jsonl: every candidate of every list
    Manifest, ///< .json
    Everything ///< a folder with all of these
};

/// An export as a person asked for it.
struct ExportRequest {
    ExportKind kind = ExportKind::Figure;
    std::filesystem::path path; ///< of the file, or of the folder
    FigureFormat format {};
    Figure figure {}; ///< that is shown
    FigureChoice choice {}; ///< of the figures of "everything"
};

/// Writes figures, tables, predictions and manifest of a run. What takes long is done on a worker thread; figures are
/// drawn one at a time between the window's events. No widgets. GUI thread.
class RunExporter : public QObject
{
    Q_OBJECT

public:
    explicit RunExporter(QObject* parent = nullptr);

    void start(const RunResult& run, const ExportRequest& request);
    [[nodiscard]] JobRunner& job() { return m_job; }
    /// The table as it is written; `suffix` "md" or "tex".
    [[nodiscard]] static std::string tableText(const RunResult& run, const QString& suffix);

signals:
    void exported(const QString& path);
    void failed(const QString& message);

private:
    void writeTables(const RunResult& run, const ExportRequest& request);
    void writeEverything(const RunResult& run, const ExportRequest& request);
    void writeNextFigure();

    JobRunner m_job;
    ExportRequest m_request;
    std::vector<Figure> m_figures; ///< still to be written
};

} // namespace driftscope::ui
