// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/interactiontablemodel.h"

#include <QLocale>

#include <algorithm>
#include <numeric>

namespace driftscope::ui {

namespace {

constexpr int pageRows = 500;

template<typename Key>
void sortBy(InteractionTableModel::Order& order, Qt::SortOrder direction, const Key& key)
{
    if (direction == Qt::AscendingOrder)
        std::ranges::stable_sort(order, [&](auto a, auto b) { return key(a) < key(b); });
    else
        std::ranges::stable_sort(order, [&](auto a, auto b) { return key(b) < key(a); });
}

} // namespace

void InteractionTableModel::setHistory(std::shared_ptr<const data::UserHistory> history)
{
    beginResetModel();
    m_history = std::move(history);
    m_order.clear();
    m_fetched = m_history ? std::min(pageRows, static_cast<int>(m_history->dataset().size())) : 0;
    endResetModel();
}

void InteractionTableModel::setOrder(Order order)
{
    beginResetModel(); // everything changes place
    m_order = std::move(order);
    m_fetched = m_history ? std::min(pageRows, static_cast<int>(m_history->dataset().size())) : 0;
    endResetModel();
}

int InteractionTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_fetched;
}

int InteractionTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

data::InteractionIndex InteractionTableModel::interactionAt(int row) const
{
    const auto at = static_cast<std::size_t>(row);
    return m_order.empty() ? static_cast<data::InteractionIndex>(at) : m_order[at];
}

QVariant InteractionTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const data::InteractionIndex interaction = interactionAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return textOf(interaction, index.column());
    case SortRole:
        return valueOf(interaction, index.column());
    case InteractionRole:
        return interaction;
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (index.column() == RatingColumn ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::ToolTipRole:
        return tr("Line %1 of the source").arg(m_history->dataset().sourceRow(interaction));
    default:
        return {};
    }
}

QVariant InteractionTableModel::textOf(data::InteractionIndex interaction, int column) const
{
    const data::Dataset& dataset = m_history->dataset();
    switch (column) {
    case TimeColumn:
        return QString::fromStdString(formatTime(dataset.time(interaction)));
    case UserColumn:
        return QString::fromStdString(dataset.userId(dataset.user(interaction)));
    case ItemColumn:
        return QString::fromStdString(dataset.catalog().title(dataset.item(interaction)));
    case RatingColumn:
        return QLocale().toString(dataset.rating(interaction), 'g', 3);
    case LikedColumn:
        return m_history->isLiked(interaction) ? tr("liked") : tr("disliked");
    default:
        return {};
    }
}

QVariant InteractionTableModel::valueOf(data::InteractionIndex interaction, int column) const
{
    const data::Dataset& dataset = m_history->dataset();
    switch (column) {
    case TimeColumn:
        return static_cast<qint64>(toUnix(dataset.time(interaction)));
    case RatingColumn:
        return dataset.rating(interaction);
    case LikedColumn:
        return m_history->isLiked(interaction);
    default:
        return textOf(interaction, column);
    }
}

QVariant InteractionTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return QAbstractTableModel::headerData(section, orientation, role);
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (section == RatingColumn ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TimeColumn:
        return tr("Time (UTC)");
    case UserColumn:
        return tr("User");
    case ItemColumn:
        return tr("Item");
    case RatingColumn:
        return tr("Rating");
    case LikedColumn:
        return tr("Label");
    default:
        return {};
    }
}

bool InteractionTableModel::canFetchMore(const QModelIndex& parent) const
{
    return !parent.isValid() && m_history && m_fetched < static_cast<int>(m_history->dataset().size());
}

void InteractionTableModel::fetchMore(const QModelIndex& parent)
{
    if (!canFetchMore(parent))
        return;
    const int more = std::min(pageRows, static_cast<int>(m_history->dataset().size()) - m_fetched);
    beginInsertRows({}, m_fetched, m_fetched + more - 1);
    m_fetched += more;
    endInsertRows();
}

void InteractionTableModel::sort(int column, Qt::SortOrder order)
{
    if (m_history)
        emit sortRequested(column, order);
}

InteractionTableModel::Order sortedOrder(const data::UserHistory& history, int column, Qt::SortOrder order)
{
    const data::Dataset& dataset = history.dataset();
    InteractionTableModel::Order rows(dataset.size());
    std::iota(rows.begin(), rows.end(), data::InteractionIndex {0});
    switch (column) {
    case InteractionTableModel::UserColumn:
        sortBy(rows, order, [&](auto i) -> const std::string& { return dataset.userId(dataset.user(i)); });
        break;
    case InteractionTableModel::ItemColumn:
        sortBy(rows, order, [&](auto i) -> const std::string& { return dataset.catalog().title(dataset.item(i)); });
        break;
    case InteractionTableModel::RatingColumn:
        sortBy(rows, order, [&](auto i) { return dataset.rating(i); });
        break;
    case InteractionTableModel::LikedColumn:
        sortBy(rows, order, [&](auto i) { return history.isLiked(i); });
        break;
    default: // the dataset is in the order of time
        if (order == Qt::DescendingOrder)
            std::ranges::reverse(rows);
    }
    return rows;
}

} // namespace driftscope::ui
