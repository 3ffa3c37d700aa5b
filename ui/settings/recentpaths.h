// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>

namespace driftscope::ui {

class Workspace;

/// What can be opened again with one click.
enum class RecentKind { Dataset, Checkpoint, Experiment };

/// The paths that were opened last, kept over sessions. GUI thread.
class RecentPaths : public QObject
{
    Q_OBJECT

public:
    static constexpr int most = 8; ///< of each kind

    /// @param workspace  outlives this; whatever is opened in it is remembered.
    explicit RecentPaths(Workspace& workspace, QObject* parent = nullptr);

    /// Newest first.
    [[nodiscard]] QStringList paths(RecentKind kind) const;
    [[nodiscard]] bool isEmpty() const;
    void add(RecentKind kind, const QString& path);
    /// Takes a path off the lists. True if it stood in one.
    bool remove(const QString& path);
    /// Forgets all; the files stay.
    void clear();

signals:
    void changed();
};

/// Name of a file or folder, as lists and the status bar show it.
[[nodiscard]] QString shortPath(const QString& path);

} // namespace driftscope::ui
