// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/manifestdifference.h"
#include "ui/jobs/jobrunner.h"
#include "ui/pages/results/resultfigures.h"
#include "ui/pages/simulate/pointmoments.h"

#include <QObject>
#include <QStringList>

#include <filesystem>
#include <memory>
#include <optional>

namespace driftscope::ui {

/// Reads runs and their records from the store on worker threads, and makes what is shown of them. No widgets.
class ResultsPresenter : public QObject
{
    Q_OBJECT

public:
    explicit ResultsPresenter(std::filesystem::path storePath, QObject* parent = nullptr);

    [[nodiscard]] JobRunner& listJob() { return m_listJob; }
    [[nodiscard]] JobRunner& runJob() { return m_runJob; }
    [[nodiscard]] JobRunner& figureJob() { return m_figureJob; }
    [[nodiscard]] const std::filesystem::path& storePath() const { return m_storePath; }
    /// Newest first.
    [[nodiscard]] const std::vector<store::Run>& runs() const { return m_runs; }
    /// Those in which every word of the filter stands: in name, tags, notes, state, number or the paths of the data.
    [[nodiscard]] std::vector<store::Run> shownRuns() const;
    void setFilter(const QString& words);
    /// The chosen run; nothing until it is read.
    [[nodiscard]] const std::optional<RunResult>& result() const { return m_result; }
    /// Runs shown over it.
    [[nodiscard]] const std::vector<RunResult>& others() const { return m_others; }
    /// The run that was asked for; 0 = none.
    [[nodiscard]] store::RunId chosen() const { return m_chosen; }
    /// True while what is shown is of another choice.
    [[nodiscard]] bool isStale() const { return m_runJob.isRunning() || m_figureJob.isRunning(); }

    void refreshRuns();
    /// Reads a run and others to compare it with, and works out tables and figure.
    void choose(store::RunId run, std::vector<store::RunId> others = {});
    /// Deletes a run and its records.
    void remove(store::RunId run);
    /// Writes what people say about a run.
    void annotate(store::RunId run, const QStringList& tags, const QString& notes);

    [[nodiscard]] ResultView view() const { return m_view; }
    void setView(ResultView view);
    /// Metrics and windows of the figure.
    void setChoice(const FigureChoice& choice);
    /// Arm whose value after a shift is the level that recovery is measured against; empty = each arm's own before it.
    void setReference(const QString& arm);
    [[nodiscard]] const std::string& reference() const { return m_choice.reference; }
    /// Looks for shifts in the data, where nobody planted any.
    void setShiftsDetected(bool areDetected);
    /// All arms of the chosen runs, the arms of result() first.
    [[nodiscard]] std::vector<ArmOfRun> arms() const;
    [[nodiscard]] QString armName(ArmOfRun arm) const;
    /// The two arms of the views Difference and Users.
    void setPair(ArmOfRun a, ArmOfRun b);
    [[nodiscard]] std::pair<ArmOfRun, ArmOfRun> pair() const { return {m_a, m_b}; }

    [[nodiscard]] const ShownFigure& shown() const { return m_shown; }
    [[nodiscard]] const Figure& figure() const { return m_shown.figure; }
    /// What stands beside the figure: differences of arms in words, the main ranking metrics first; or what shifts did.
    [[nodiscard]] QStringList sentences() const;
    [[nodiscard]] QStringList verdicts() const;
    /// What shifts did to each arm, in words; empty if no shift is known.
    [[nodiscard]] QStringList recoveries() const;
    /// What to say in place of a figure that has no point.
    [[nodiscard]] QString emptyText() const;
    /// The manifest of the run, or where it differs from that of the first of others().
    [[nodiscard]] std::vector<simulate::ManifestDifference> manifestRows() const;

    [[nodiscard]] const FigureChoice& choice() const { return m_choice; }

    /// Looks for the moments behind a point, or of a user: momentFound() or failed().
    void findMoment(const PlotPoint& point, std::shared_ptr<const data::Dataset> dataset);
    void findMomentOfUser(std::uint32_t user, const std::shared_ptr<const data::Dataset>& dataset);

signals:
    void runsChanged();
    void resultChanged();
    void momentFound(quint32 interaction, int position, int count);
    void failed(const QString& message);

private:
    void refreshFigure();
    void takeRuns(Result<std::vector<store::Run>> runs);
    [[nodiscard]] std::vector<RunRecords> allRecords() const;

    std::filesystem::path m_storePath;
    JobRunner m_listJob;
    JobRunner m_runJob;
    JobRunner m_figureJob;
    PointMoments m_moments;
    std::vector<store::Run> m_runs;
    QString m_filter;
    std::optional<RunResult> m_result;
    std::vector<RunResult> m_others;
    store::RunId m_chosen = 0;
    ResultView m_view = ResultView::Time;
    FigureChoice m_choice;
    bool m_areShiftsDetected = false;
    ArmOfRun m_a;
    ArmOfRun m_b;
    ShownFigure m_shown;
};

} // namespace driftscope::ui
