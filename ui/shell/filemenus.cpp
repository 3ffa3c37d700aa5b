// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/filemenus.h"

#include "ui/recovery/recovery.h"

#include <QDateTime>
#include <QDir>
#include <QLocale>
#include <QMenu>

namespace driftscope::ui {

namespace {

using Open = std::function<void(RecentKind, const QString&)>;

/// A name and where it is, short enough for a menu.
QString menuText(const QString& path)
{
    QString folder = QFileInfo(path).path();
    if (folder.startsWith(QDir::homePath()))
        folder = QLatin1Char('~') + folder.mid(QDir::homePath().size());
    return QStringLiteral("%1  (%2)").arg(shortPath(path), folder).replace(QLatin1Char('&'), QLatin1String("&&"));
}

void addKind(QMenu& menu, const QString& title, RecentKind kind, const RecentPaths& recent, const Open& open)
{
    const QStringList paths = recent.paths(kind);
    if (paths.isEmpty())
        return;
    menu.addSection(title);
    for (const QString& path : paths) {
        QAction* action = menu.addAction(menuText(path));
        action->setToolTip(path);
        QObject::connect(action, &QAction::triggered, &menu, [open, kind, path] { open(kind, path); });
    }
}

QString draftText(const UnsavedDraft& draft)
{
    const QString when = QLocale().toString(QDateTime::fromSecsSinceEpoch(draft.savedAt), QLocale::ShortFormat);
    return QStringLiteral("%1, %2").arg(QString(draft.name).replace(QLatin1Char('&'), QLatin1String("&&")), when);
}

} // namespace

void fillRecentMenu(QMenu& menu, RecentPaths& recent, Open open)
{
    const auto fill = [&menu, &recent, call = std::move(open)] {
        menu.clear();
        addKind(menu, QMenu::tr("Datasets"), RecentKind::Dataset, recent, call);
        addKind(menu, QMenu::tr("Checkpoints"), RecentKind::Checkpoint, recent, call);
        addKind(menu, QMenu::tr("Experiments"), RecentKind::Experiment, recent, call);
        menu.addSeparator();
        QAction* forget = menu.addAction(QMenu::tr("&Forget all of these"));
        QObject::connect(forget, &QAction::triggered, &recent, &RecentPaths::clear);
        menu.setEnabled(!recent.isEmpty());
    };
    fill();
    // Queued: the change may come from an action of this menu.
    QObject::connect(&recent, &RecentPaths::changed, &menu, fill, Qt::QueuedConnection);
}

void fillDraftMenu(QMenu& menu, Recovery& recovery)
{
    const auto fill = [&menu, &recovery] {
        menu.clear();
        for (const UnsavedDraft& draft : recovery.drafts()) {
            QMenu* one = menu.addMenu(draftText(draft));
            QObject::connect(one->addAction(QMenu::tr("&Open")), &QAction::triggered, &recovery,
                             [&recovery, path = draft.path] { recovery.open(path); });
            QObject::connect(one->addAction(QMenu::tr("&Delete for good")), &QAction::triggered, &recovery,
                             [&recovery, path = draft.path] { recovery.discard(path); });
        }
        menu.setEnabled(!recovery.drafts().empty());
    };
    fill();
    QObject::connect(&recovery, &Recovery::draftsChanged, &menu, fill, Qt::QueuedConnection);
}

} // namespace driftscope::ui
