// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/recoverybar.h"

#include "ui/focus/workspace.h"
#include "ui/recovery/recovery.h"
#include "ui/settings/recentpaths.h"

#include <QAction>
#include <QDateTime>
#include <QLocale>

#include <utility>

namespace driftscope::ui {

RecoveryBar::RecoveryBar(QWidget* parent)
    : MessageBar(parent)
    , m_open(new QAction(tr("Open the draft"), this))
    , m_load(new QAction(tr("Load the model"), this))
{
    connect(m_open, &QAction::triggered, this, &RecoveryBar::openDraft);
    connect(m_load, &QAction::triggered, this, &RecoveryBar::loadModel);
}

void RecoveryBar::watch(Recovery& recovery, Workspace& workspace)
{
    m_recovery = &recovery;
    m_workspace = &workspace;
    m_saysModel = recovery.lastEnd().wasUnclean && !recovery.lastEnd().model.isEmpty();
    connect(&recovery, &Recovery::draftsChanged, this, [this] {
        const bool wasClosed = isHidden() && std::exchange(m_wasOffered, true);
        if (!wasClosed) // by the person; the menu still has them
            refresh();
    });
    connect(&recovery, &Recovery::setAside, this, [this](const QString&) { m_saysDrafts = false; });
    connect(&workspace.modelJob(), &JobRunner::started, this, [this] {
        m_saysModel = false;
        refresh();
    });
    refresh();
}

void RecoveryBar::refresh()
{
    QStringList lines;
    QList<QAction*> actions;
    if (m_saysModel) {
        lines << tr("Driftscope did not end properly while %1 was in memory, so no model is loaded by itself.")
                     .arg(shortPath(m_recovery->lastEnd().model));
        actions << m_load;
    }
    const auto& drafts = m_recovery->drafts();
    if (m_saysDrafts && !drafts.empty()) {
        const QString when =
            QLocale().toString(QDateTime::fromSecsSinceEpoch(drafts.front().savedAt), QLocale::ShortFormat);
        QString line = tr("The experiment “%1” has changes of %2 that were not saved.").arg(drafts.front().name, when);
        if (drafts.size() > 1)
            line += QLatin1Char(' ') + tr("There are more: File, Unsaved drafts.");
        lines << line;
        actions << m_open;
    }
    showMessage(Kind::Note, lines.join(QLatin1Char('\n')), actions);
}

void RecoveryBar::openDraft()
{
    if (m_recovery->drafts().empty())
        return;
    m_recovery->open(m_recovery->drafts().front().path);
    emit draftOpened();
}

void RecoveryBar::loadModel()
{
    const QString model = m_recovery->lastEnd().model;
    if (!m_workspace->focus().checkpoint() || m_workspace->focus().checkpoint()->path != model)
        m_workspace->openCheckpoint(model);
    m_workspace->loadWhenRead();
    emit modelWanted();
}

} // namespace driftscope::ui
