// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/commandlist.h"

#include <QDialog>

class QLineEdit;
class QListView;
class QMenuBar;

namespace driftscope::ui {

/// Every action of the menus by typing a part of its name: Enter carries it out, Escape leaves.
class CommandPalette : public QDialog
{
    Q_OBJECT

public:
    explicit CommandPalette(QWidget* parent);
    /// Opens with the menus as they are now, at the top of the parent window.
    void open(const QMenuBar& menus);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void run(const QModelIndex& index);
    void move(int rows);

    CommandList m_commands;
    QLineEdit* m_typed;
    QListView* m_list;
};

/// The actions of the menus that people can choose, in their order.
[[nodiscard]] std::vector<Command> commandsOf(const QMenuBar& menus);

} // namespace driftscope::ui
