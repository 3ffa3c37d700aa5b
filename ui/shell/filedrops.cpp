// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/filedrops.h"

#include "ui/widgets/pathfield.h"

#include <QApplication>
#include <QDropEvent>
#include <QMimeData>
#include <QUrl>
#include <QWidget>

namespace driftscope::ui {

FileDrops::FileDrops(QWidget& window)
    : QObject(&window)
    , m_window(window)
{
    window.setAcceptDrops(true);
    qApp->installEventFilter(this);
}

bool FileDrops::isOurs(QObject* watched) const
{
    auto* widget = qobject_cast<QWidget*>(watched);
    if (!widget || widget->window() != &m_window)
        return false;
    for (; widget; widget = widget->parentWidget())
        if (qobject_cast<PathField*>(widget))
            return false;
    return true;
}

bool FileDrops::eventFilter(QObject* watched, QEvent* event)
{
    const auto type = event->type();
    if ((type != QEvent::DragEnter && type != QEvent::DragMove && type != QEvent::Drop) || !isOurs(watched))
        return QObject::eventFilter(watched, event);
    auto* drop = static_cast<QDropEvent*>(event); // all three are
    const QStringList paths = localPaths(*drop->mimeData());
    if (paths.isEmpty())
        return QObject::eventFilter(watched, event);
    drop->setDropAction(Qt::CopyAction);
    drop->accept();
    if (type == QEvent::Drop)
        emit dropped(paths);
    return true;
}

QStringList localPaths(const QMimeData& data)
{
    QStringList paths;
    for (const QUrl& url : data.urls())
        if (url.isLocalFile())
            paths << url.toLocalFile();
    return paths;
}

} // namespace driftscope::ui
