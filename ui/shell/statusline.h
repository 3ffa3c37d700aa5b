// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QToolButton;

namespace driftscope::ui {

class JobStrip;
class Workspace;

/// The five things that the window always says: dataset, checkpoint with its adapters, device, leak count, and the job
/// at work with its Stop. Each of the first four leads to where it is changed.
class StatusLine : public QWidget
{
    Q_OBJECT

public:
    /// @param workspace  outlives the line.
    explicit StatusLine(Workspace& workspace, QWidget* parent = nullptr);
    [[nodiscard]] JobStrip& jobs() { return *m_jobs; }

signals:
    void datasetWanted();
    void modelWanted();
    void leaksWanted();

private:
    QToolButton* addPart(const QString& name);
    void showFocus();
    void showLeaks();
    [[nodiscard]] QString checkpointText() const;

    Workspace& m_workspace;
    QToolButton* m_dataset;
    QToolButton* m_checkpoint;
    QToolButton* m_device;
    QToolButton* m_leaks;
    QLabel* m_idle;
    JobStrip* m_jobs;
};

} // namespace driftscope::ui
