// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QAction>
#include <QPointer>

#include <optional>
#include <vector>

namespace driftscope::ui {

/// An action of the menus, as people look for it.
struct Command {
    QString title; ///< without mnemonics and dots
    QString menu; ///< "File › Open recent"
    QPointer<QAction> action;
};

/// How well a text answers what was typed: every word must occur in it as a subsequence, letters at the beginning of
/// words and letters that follow each other count more. Upper and lower case are alike.
///
/// @return nothing if it does not answer; larger is better.
[[nodiscard]] std::optional<int> fuzzyScore(const QString& typed, const QString& text);

/// Commands that answer what was typed, the best first; all in the order of the menus while nothing is typed.
class CommandList : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { MenuRole = Qt::UserRole, ShortcutRole, EnabledRole };

    using QAbstractListModel::QAbstractListModel;
    void setCommands(std::vector<Command> commands);
    void setTyped(const QString& typed);
    /// Carries out the command of a row. False if it cannot be now.
    bool trigger(int row);
    /// The first row that can be carried out; -1 if there is none.
    [[nodiscard]] int firstEnabled() const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    [[nodiscard]] bool isEnabled(int row) const;

    std::vector<Command> m_commands;
    std::vector<std::size_t> m_shown; ///< positions in m_commands
};

} // namespace driftscope::ui
