// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>

class QMimeData;
class QWidget;

namespace driftscope::ui {

/// Takes files and folders that are dropped anywhere on a window, also on fields that would take their addresses as
/// text. Only a PathField keeps what is dropped on it.
class FileDrops : public QObject
{
    Q_OBJECT

public:
    /// @param window  its parent, and the window to watch.
    explicit FileDrops(QWidget& window);

signals:
    void dropped(const QStringList& paths);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    [[nodiscard]] bool isOurs(QObject* watched) const;

    QWidget& m_window;
};

/// Files and folders of this computer in what is dragged.
[[nodiscard]] QStringList localPaths(const QMimeData& data);

} // namespace driftscope::ui
