// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/jobrunner.h"
#include "ui/shell/pathkind.h"

#include <deque>
#include <optional>

namespace driftscope::ui {

/// Finds out on a worker thread what paths lead to, one after the other: they may be on a disk that takes its time. GUI
/// thread.
class PathRecogniser : public QObject
{
    Q_OBJECT

public:
    explicit PathRecogniser(QObject* parent = nullptr);

    /// recognised() follows.
    ///
    /// @param as  what it is taken for if it is there; nothing = what it looks like.
    void recognise(const QString& path, std::optional<PathKind> as = {});
    [[nodiscard]] JobRunner& job() { return m_job; }

signals:
    void recognised(const QString& path, driftscope::ui::PathKind kind);

private:
    struct Asked {
        QString path;
        std::optional<PathKind> as;
    };
    void lookAtNext();

    std::deque<Asked> m_waiting;
    JobRunner m_job;
};

} // namespace driftscope::ui
