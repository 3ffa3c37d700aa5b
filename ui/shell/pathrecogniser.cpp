// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/pathrecogniser.h"

namespace driftscope::ui {

PathRecogniser::PathRecogniser(QObject* parent)
    : QObject(parent)
{
    // Queued: what watches the job has heard of the end of one look before the next one begins.
    connect(&m_job, &JobRunner::ended, this, &PathRecogniser::lookAtNext, Qt::QueuedConnection);
}

void PathRecogniser::recognise(const QString& path, std::optional<PathKind> as)
{
    m_waiting.push_back({path, as});
    QMetaObject::invokeMethod(this, &PathRecogniser::lookAtNext, Qt::QueuedConnection);
}

void PathRecogniser::lookAtNext()
{
    if (m_waiting.empty() || m_job.isRunning())
        return;
    const Asked asked = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_job.run<PathKind>(
        tr("Looking at %1").arg(asked.path),
        [asked](const JobContext& context) -> Result<PathKind> {
            const PathKind kind = pathKind(asked.path);
            if (context.isStopped())
                return fail(ErrorCode::Cancelled, "It was stopped.");
            return kind == PathKind::Missing ? kind : asked.as.value_or(kind);
        },
        [this, path = asked.path](Result<PathKind> kind) {
            if (kind)
                emit recognised(path, *kind);
        });
}

} // namespace driftscope::ui
