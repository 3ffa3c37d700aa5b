// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QObject>
#include <QPointer>
#include <QStringList>

#include <functional>
#include <random>

class QAction;
class QDialog;
class QWidget;

namespace driftscope::ui {

/// Somebody who clicks, types, scrolls, drags and resizes without a plan, at the speed of the event loop. Acts from
/// timers, so that menus and dialogs with an event loop of their own get their share. The same seed gives the same
/// person; what the window shows them still depends on the worker threads.
class RandomUser : public QObject
{
    Q_OBJECT

public:
    /// @param window   what is used; outlives the person. Shown again when it is closed.
    /// @param log      every action is written there before it is done; may be closed.
    RandomUser(QWidget& window, std::uint32_t seed, QFile& log, QObject* parent = nullptr);

    /// Called now and then, for what only a test can do: open a dataset, take a model away.
    void setSurprises(std::vector<std::pair<QString, std::function<void()>>> surprises);
    /// Files that file dialogs are given; other dialogs for files are left with Escape.
    ///
    /// @param existing  chosen where a file is to be opened.
    /// @param folder    where files may be saved.
    void setFiles(const QStringList& existing, const QString& folder);

    void start();
    void stop() { m_isStopped = true; }
    [[nodiscard]] qint64 actions() const { return m_actions; }
    /// The newest actions, the last one last.
    [[nodiscard]] const QStringList& recent() const { return m_recent; }

private:
    void act();
    void actOnce();
    void useFileDialog(QDialog& dialog);
    void usePopup(QWidget& popup);
    void useWindow(QWidget& window);
    void click(QWidget& window);
    void drag(QWidget& window);
    void scroll(QWidget& window);
    void type(QWidget& window);
    void press(QWidget& window);
    void trigger(QWidget& window);
    void resize();
    void surprise();
    void note(const QString& action);
    /// A visible, enabled widget in the window; null if there is none.
    QWidget* choose(QWidget& window, bool onlyControls);
    QPoint pointIn(const QWidget& widget);
    int number(int below);

    QWidget& m_window;
    QFile& m_log;
    std::mt19937 m_random;
    std::vector<std::pair<QString, std::function<void()>>> m_surprises;
    QStringList m_files;
    QString m_folder;
    QStringList m_recent;
    qint64 m_actions = 0;
    bool m_isStopped = false;
};

} // namespace driftscope::ui
