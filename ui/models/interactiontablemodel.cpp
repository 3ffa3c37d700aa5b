// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/interactiontablemodel.h"

#include "core/data/itemsearch.h"

#include <QLocale>

#include <algorithm>
#include <numeric>
#include <utility>

namespace driftscope::ui {

namespace {

using Order = InteractionTableModel::Order;

/// Sorts by a whole number; equal ones stay in the order of time.
template<typename Key>
void sortBy(Order& rows, Qt::SortOrder direction, const Key& key)
{
    if (direction == Qt::AscendingOrder)
        std::ranges::stable_sort(rows, [&](auto a, auto b) { return key(a) < key(b); });
    else
        std::ranges::stable_sort(rows, [&](auto a, auto b) { return key(b) < key(a); });
}

/// The place of each of `count` texts among them all: sorting a million rows compares numbers, not texts.
template<typename TextOf>
std::vector<std::uint32_t> ranksOf(std::size_t count, const TextOf& textOf)
{
    std::vector<std::uint32_t> sorted(count);
    std::iota(sorted.begin(), sorted.end(), 0U);
    std::ranges::sort(sorted, [&](auto a, auto b) { return textOf(a) < textOf(b); });
    std::vector<std::uint32_t> ranks(count);
    for (std::uint32_t i = 1; i < count; ++i) // equal texts have one rank
        ranks[sorted[i]] = ranks[sorted[i - 1]] + (textOf(sorted[i]) == textOf(sorted[i - 1]) ? 0 : 1);
    return ranks;
}

void sortRows(Order& rows, const data::UserHistory& history, int column, Qt::SortOrder order)
{
    const data::Dataset& dataset = history.dataset();
    if (column == InteractionTableModel::UserColumn) {
        const auto ranks = ranksOf(
            dataset.userCount(), [&](data::UserIndex user) -> const auto& { return dataset.userId(user); });
        sortBy(rows, order, [&](auto i) { return ranks[dataset.user(i)]; });
    } else if (column == InteractionTableModel::ItemColumn) {
        const auto ranks = ranksOf(
            dataset.itemCount(), [&](data::ItemIndex item) -> const auto& { return dataset.catalog().title(item); });
        sortBy(rows, order, [&](auto i) { return ranks[dataset.item(i)]; });
    } else if (column == InteractionTableModel::RatingColumn) {
        sortBy(rows, order, [&](auto i) { return dataset.rating(i); });
    } else if (column == InteractionTableModel::LikedColumn) {
        sortBy(rows, order, [&](auto i) { return history.isLiked(i); });
    } else if (order == Qt::DescendingOrder) { // the dataset is in the order of time
        std::ranges::reverse(rows);
    }
}

std::vector<bool> wantedUsers(const data::Dataset& dataset, const QString& wanted)
{
    std::vector<bool> isWanted(dataset.userCount(), wanted.isEmpty());
    if (wanted.isEmpty())
        return isWanted;
    if (const auto exact = dataset.findUser(wanted.toStdString())) {
        isWanted[*exact] = true;
        return isWanted;
    }
    for (data::UserIndex user = 0; user < dataset.userCount(); ++user)
        isWanted[user] = QString::fromStdString(dataset.userId(user)).contains(wanted, Qt::CaseInsensitive);
    return isWanted;
}

std::vector<bool> wantedItems(const data::Dataset& dataset, const InteractionFilter& filter)
{
    const data::ItemQuery query(dataset.catalog(), filter.words.toStdString());
    std::vector<bool> isWanted(dataset.itemCount(), !filter.item && query.isEmpty());
    if (filter.item)
        isWanted[*filter.item] = true;
    else if (!query.isEmpty())
        for (data::ItemIndex item = 0; item < dataset.itemCount(); ++item)
            isWanted[item] = query.matches(item);
    return isWanted;
}

Order filteredRows(const data::UserHistory& history, const InteractionFilter& filter)
{
    const data::Dataset& dataset = history.dataset();
    Order rows;
    if (filter.isEmpty()) {
        rows.resize(dataset.size());
        std::iota(rows.begin(), rows.end(), data::InteractionIndex {0});
        return rows;
    }
    const auto users = wantedUsers(dataset, filter.user);
    const auto items = wantedItems(dataset, filter);
    for (data::InteractionIndex i = 0; i < dataset.size(); ++i)
        if (users[dataset.user(i)] && items[dataset.item(i)]
            && (!filter.isLiked || history.isLiked(i) == *filter.isLiked))
            rows.push_back(i);
    return rows;
}

} // namespace

void InteractionTableModel::setHistory(std::shared_ptr<const data::UserHistory> history)
{
    beginResetModel();
    m_history = std::move(history);
    m_order.reset();
    endResetModel();
}

void InteractionTableModel::setOrder(Order order)
{
    beginResetModel(); // everything changes place
    m_order = std::move(order);
    endResetModel();
}

int InteractionTableModel::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid() || !m_history)
        return 0;
    return static_cast<int>(m_order ? m_order->size() : m_history->dataset().size());
}

int InteractionTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

data::InteractionIndex InteractionTableModel::interactionAt(int row) const
{
    const auto at = static_cast<std::size_t>(row);
    return m_order ? (*m_order)[at] : static_cast<data::InteractionIndex>(at);
}

QVariant InteractionTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !checkIndex(index)) // Ctrl+C in a view asks for no index
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

void InteractionTableModel::sort(int column, Qt::SortOrder order)
{
    if (m_history)
        emit sortRequested(column, order);
}

Result<InteractionTableModel::Order> interactionRows(const data::UserHistory& history, const InteractionFilter& filter,
                                                     int column, Qt::SortOrder order, const JobContext& context)
{
    Order rows = filteredRows(history, filter);
    if (context.isStopped())
        return fail(ErrorCode::Cancelled, "Filtering was stopped.");
    sortRows(rows, history, column, order);
    return rows;
}

} // namespace driftscope::ui
