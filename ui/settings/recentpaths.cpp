// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/recentpaths.h"

#include "ui/focus/workspace.h"
#include "ui/settings/settings.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <array>

namespace driftscope::ui {

namespace {

constexpr std::array kinds {RecentKind::Dataset, RecentKind::Checkpoint, RecentKind::Experiment};

QString nameOf(RecentKind kind)
{
    switch (kind) {
    case RecentKind::Dataset:
        return QStringLiteral("dataset");
    case RecentKind::Checkpoint:
        return QStringLiteral("checkpoint");
    default:
        return QStringLiteral("experiment");
    }
}

} // namespace

RecentPaths::RecentPaths(Workspace& workspace, QObject* parent)
    : QObject(parent)
{
    Focus& focus = workspace.focus();
    connect(&focus, &Focus::datasetChanged, this, [this, &focus] {
        if (focus.dataset())
            add(RecentKind::Dataset, focus.dataset()->path);
    });
    connect(&focus, &Focus::checkpointChanged, this, [this, &focus] {
        if (focus.checkpoint() && focus.checkpoint()->checkpoint) // the fake model has none
            add(RecentKind::Checkpoint, focus.checkpoint()->path);
    });
    const auto addExperiment = [this](const QString& path) { add(RecentKind::Experiment, path); };
    connect(&workspace, &Workspace::experimentOpened, this, addExperiment);
    connect(&workspace, &Workspace::experimentSaved, this, addExperiment);
}

QStringList RecentPaths::paths(RecentKind kind) const
{
    return Settings().recentPaths(nameOf(kind));
}

bool RecentPaths::isEmpty() const
{
    return std::ranges::all_of(kinds, [this](RecentKind kind) { return paths(kind).isEmpty(); });
}

void RecentPaths::add(RecentKind kind, const QString& path)
{
    const QString cleaned = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    QStringList list = paths(kind);
    if (!list.isEmpty() && list.first() == cleaned)
        return;
    list.removeAll(cleaned);
    list.prepend(cleaned);
    Settings().setRecentPaths(nameOf(kind), list.mid(0, most));
    emit changed();
}

bool RecentPaths::remove(const QString& path)
{
    bool wasThere = false;
    for (const RecentKind kind : kinds) {
        QStringList list = paths(kind);
        if (list.removeAll(path) == 0)
            continue;
        wasThere = true;
        Settings().setRecentPaths(nameOf(kind), list);
    }
    if (wasThere)
        emit changed();
    return wasThere;
}

void RecentPaths::clear()
{
    for (const RecentKind kind : kinds)
        Settings().setRecentPaths(nameOf(kind), {});
    emit changed();
}

QString shortPath(const QString& path)
{
    const QFileInfo file(QDir::cleanPath(path));
    return file.fileName().isEmpty() ? path : file.fileName();
}

} // namespace driftscope::ui
