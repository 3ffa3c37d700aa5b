// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/draftkeeper.h"

#include <mutex>
#include <system_error>

namespace driftscope::ui {

namespace {

constexpr int pauseMs = 300; // between the first key of a change and the file

} // namespace

/// Sees to it that an older draft never takes the place of a newer one, whichever thread writes it.
struct DraftKeeper::Order {
    std::mutex mutex;
    quint64 newest = 0;

    Result<> write(quint64 number, const std::filesystem::path& path, const Draft& draft)
    {
        const std::lock_guard lock(mutex);
        if (number < newest)
            return {};
        newest = number;
        return writeDraft(path, draft);
    }
};

DraftKeeper::DraftKeeper(Workspace& workspace, std::filesystem::path folder, QString session, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_folder(std::move(folder))
    , m_session(std::move(session))
    , m_order(std::make_shared<Order>())
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(pauseMs);
    connect(&m_pause, &QTimer::timeout, this, &DraftKeeper::write);
    connect(&workspace.focus(), &Focus::experimentChanged, this, &DraftKeeper::noteChange);
    connect(&workspace.edits(), &QUndoStack::indexChanged, this, &DraftKeeper::noteChange);
    connect(&workspace.edits(), &QUndoStack::cleanChanged, this, [this](bool isClean) {
        if (isClean)
            removeFile();
    });
    connect(&workspace, &Workspace::experimentLeaving, this, &DraftKeeper::leave);
    connect(&m_job, &JobRunner::ended, this, [this](Outcome outcome, const QString& message) {
        if (outcome == Outcome::Failed)
            emit failed(tr("The draft could not be kept: %1").arg(message));
        if (!isUnsaved())
            removeFile(); // it was saved while the draft was written
        else if (m_isPending)
            m_pause.start();
    });
}

DraftKeeper::~DraftKeeper()
{
    if (m_isPending && isUnsaved())
        static_cast<void>(m_order->write(++m_drafts, path(), draft())); // there is nobody left to tell
}

bool DraftKeeper::isUnsaved() const
{
    return !m_workspace.edits().isClean();
}

std::filesystem::path DraftKeeper::path() const
{
    return draftPath(m_folder, m_session, m_number);
}

Draft DraftKeeper::draft() const
{
    return {m_workspace.focus().experiment(), m_workspace.experimentFile()};
}

void DraftKeeper::noteChange()
{
    if (!isUnsaved())
        return;
    m_isPending = true;
    if (!m_pause.isActive()) // not started anew by each key: who types on and on is kept too
        m_pause.start();
}

void DraftKeeper::write()
{
    if (m_job.isRunning() || !isUnsaved())
        return; // the end of the job comes back here
    m_isPending = false;
    m_job.start(tr("Keeping the draft"),
                [order = m_order, number = ++m_drafts, target = path(), kept = draft()](const JobContext&) {
                    return order->write(number, target, kept);
                });
}

void DraftKeeper::removeFile()
{
    m_pause.stop();
    m_isPending = false;
    std::error_code ignored; // it may never have been written
    std::filesystem::remove(path(), ignored);
}

void DraftKeeper::leave()
{
    if (!isUnsaved())
        return;
    m_pause.stop();
    m_isPending = false;
    const QString name = QString::fromStdString(m_workspace.focus().experiment().name);
    if (const auto written = m_order->write(++m_drafts, path(), draft()); !written) {
        emit failed(QString::fromStdString(written.error().message));
        return;
    }
    const QString kept = QString::fromStdString(path().string());
    ++m_number;
    emit setAside(kept, name);
}

Result<> DraftKeeper::takeOver(const std::filesystem::path& other)
{
    DRIFTSCOPE_TRY(Draft draft, readDraft(other));
    m_workspace.takeExperiment(std::move(draft.experiment), draft.file);
    std::error_code error;
    std::filesystem::rename(other, path(), error);
    if (error)
        return fail(ErrorCode::NotWritable, other.string() + ": cannot be renamed (" + error.message() + ").");
    m_workspace.edits().resetClean(); // until it is saved
    return {};
}

} // namespace driftscope::ui
