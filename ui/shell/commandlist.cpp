// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/commandlist.h"

#include <algorithm>
#include <numeric>

namespace driftscope::ui {

namespace {

constexpr int forLetter = 1;
constexpr int forFollowing = 7; // right after the letter before: a part of a word says more than initials
constexpr int forWordStart = 6;

bool startsWord(const QString& text, qsizetype at)
{
    return at == 0 || !text[at - 1].isLetterOrNumber();
}

/// Score of one word that is looked for from a place on; takes the first letters that fit.
std::optional<int> scoreFrom(const QString& word, const QString& text, qsizetype from)
{
    int score = 0;
    qsizetype last = -2;
    for (const QChar letter : word) {
        const qsizetype at = text.indexOf(letter, from);
        if (at < 0)
            return {};
        score += forLetter + (at == last + 1 ? forFollowing : 0) + (startsWord(text, at) ? forWordStart : 0);
        last = at;
        from = at + 1;
    }
    return score;
}

/// The best over all places where the word may begin.
std::optional<int> scoreOfWord(const QString& word, const QString& text)
{
    std::optional<int> best;
    for (qsizetype at = text.indexOf(word.front()); at >= 0; at = text.indexOf(word.front(), at + 1)) {
        const auto score = scoreFrom(word, text, at);
        if (!score)
            break; // later places have fewer letters still
        best = std::max(best.value_or(0), *score);
    }
    return best;
}

} // namespace

std::optional<int> fuzzyScore(const QString& typed, const QString& text)
{
    const QString folded = text.toCaseFolded();
    int sum = 0;
    for (const QString& word : typed.toCaseFolded().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const auto score = scoreOfWord(word, folded);
        if (!score)
            return {};
        sum += *score;
    }
    return sum;
}

void CommandList::setCommands(std::vector<Command> commands)
{
    beginResetModel();
    m_commands = std::move(commands);
    m_shown.resize(m_commands.size());
    std::iota(m_shown.begin(), m_shown.end(), std::size_t {0});
    endResetModel();
}

void CommandList::setTyped(const QString& typed)
{
    struct Found {
        std::size_t position;
        int score;
    };
    std::vector<Found> found;
    for (std::size_t i = 0; i < m_commands.size(); ++i) {
        const Command& command = m_commands[i];
        const auto inTitle = fuzzyScore(typed, command.title);
        const auto anywhere = inTitle ? inTitle : fuzzyScore(typed, command.menu + QLatin1Char(' ') + command.title);
        if (anywhere)
            found.push_back({i, 2 * *anywhere + (inTitle ? 1000 : 0)});
    }
    if (!typed.trimmed().isEmpty())
        std::ranges::stable_sort(found, std::ranges::greater(), &Found::score);
    beginResetModel();
    m_shown.clear();
    for (const Found& one : found)
        m_shown.push_back(one.position);
    endResetModel();
}

bool CommandList::isEnabled(int row) const
{
    const auto& action = m_commands[m_shown[static_cast<std::size_t>(row)]].action;
    return action && action->isEnabled();
}

int CommandList::firstEnabled() const
{
    for (int row = 0; row < rowCount(); ++row)
        if (isEnabled(row))
            return row;
    return -1;
}

bool CommandList::trigger(int row)
{
    if (row < 0 || row >= rowCount() || !isEnabled(row))
        return false;
    const QPointer<QAction> action = m_commands[m_shown[static_cast<std::size_t>(row)]].action;
    action->trigger();
    return true;
}

int CommandList::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant CommandList::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !checkIndex(index)) // Ctrl+C in a view asks for no index
        return {};
    const Command& command = m_commands[m_shown[static_cast<std::size_t>(index.row())]];
    const QString shortcut = command.action ? command.action->shortcut().toString(QKeySequence::NativeText) : QString();
    switch (role) {
    case Qt::DisplayRole:
        return command.title;
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2 %3").arg(command.title, command.menu, shortcut);
    case MenuRole:
        return command.menu;
    case ShortcutRole:
        return shortcut;
    case EnabledRole:
        return isEnabled(index.row());
    default:
        return {};
    }
}

Qt::ItemFlags CommandList::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return isEnabled(index.row()) ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags;
}

} // namespace driftscope::ui
