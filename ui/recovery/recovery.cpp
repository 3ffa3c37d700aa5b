// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/recovery.h"

#include <QDateTime>

#include <system_error>

namespace driftscope::ui {

Recovery::Recovery(Workspace& workspace, const std::filesystem::path& folder, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_marker(folder)
    , m_keeper(workspace, folder, m_marker.session())
{
    connect(&m_keeper, &DraftKeeper::failed, this, &Recovery::failed);
    connect(&m_keeper, &DraftKeeper::setAside, this, [this](const QString& path, const QString& name) {
        m_drafts.insert(m_drafts.begin(), {path.toStdString(), name, QDateTime::currentSecsSinceEpoch()});
        emit setAside(name);
        emit draftsChanged();
    });
    connect(&workspace.modelJob(), &JobRunner::started, this, &Recovery::noteModel);
    connect(&workspace.modelJob(), &JobRunner::ended, this, &Recovery::noteModel);
    connect(&workspace.focus(), &Focus::engineChanged, this, &Recovery::noteModel);
    m_job.run<std::vector<UnsavedDraft>>(
        tr("Looking for drafts"),
        [folder, session = m_marker.session()](const JobContext&) {
            return Result<std::vector<UnsavedDraft>>(findDrafts(folder, session));
        },
        [this](Result<std::vector<UnsavedDraft>> found) {
            if (!found || found->empty())
                return;
            m_drafts.insert(m_drafts.end(), found->begin(), found->end());
            emit draftsChanged();
        });
}

void Recovery::noteModel()
{
    const Focus& focus = m_workspace.focus();
    const bool isInUse = m_workspace.modelJob().isRunning() || focus.engine();
    m_marker.setModel(isInUse && focus.checkpoint() ? focus.checkpoint()->path : QString());
}

void Recovery::open(std::filesystem::path path)
{
    const auto taken = m_keeper.takeOver(path);
    if (!taken) {
        emit failed(QString::fromStdString(taken.error().message));
        return;
    }
    std::erase_if(m_drafts, [&](const UnsavedDraft& draft) { return draft.path == path; });
    emit draftsChanged();
}

void Recovery::discard(std::filesystem::path path)
{
    std::error_code error;
    if (!std::filesystem::remove(path, error) && error) {
        emit failed(tr("%1 could not be deleted: %2")
                        .arg(QString::fromStdString(path.string()), QString::fromStdString(error.message())));
        return;
    }
    std::erase_if(m_drafts, [&](const UnsavedDraft& draft) { return draft.path == path; });
    emit draftsChanged();
}

} // namespace driftscope::ui
