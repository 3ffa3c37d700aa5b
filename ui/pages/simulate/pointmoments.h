// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/userhistory.h"
#include "ui/jobs/jobrunner.h"
#include "ui/plots/curveplot.h"
#include "ui/plots/runfigures.h"

#include <QObject>

#include <functional>
#include <memory>

namespace driftscope::ui {

/// Finds the moments that a point of a curve stands on, in the background. Asked for the same point again, it gives the
/// next of them. No widgets. GUI thread.
class PointMoments : public QObject
{
    Q_OBJECT

public:
    using Records = std::function<std::vector<simulate::QueryRecord>()>;

    explicit PointMoments(QObject* parent = nullptr);

    /// @param records     of the run; called on a worker thread.
    /// @param experiment  of the run, with the windows of the figure.
    /// @param arm         position in it.
    /// @param dataset     that is open; its interactions are what is found.
    void find(Records records, const simulate::Experiment& experiment, std::uint32_t arm, const PlotPoint& point,
              std::shared_ptr<const data::Dataset> dataset);

    [[nodiscard]] JobRunner& job() { return m_job; }

signals:
    /// @param count  moments behind the point; `position` is which of them this is, from 1.
    void found(quint32 interaction, int position, int count);
    void failed(const QString& message);

private:
    JobRunner m_job;
    PlotPoint m_point; ///< that was asked for last
    int m_position = 0;
};

} // namespace driftscope::ui
