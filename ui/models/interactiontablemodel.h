// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/userhistory.h"

#include <QAbstractTableModel>

#include <memory>
#include <optional>
#include <vector>

/// The models folder turns what core knows into tables; no widgets.
namespace driftscope::ui {

/// Which interactions a table shows.
struct InteractionFilter {
    QString user {}; ///< an id, or if no user has this id a part of ids; empty = all
    QString words {}; ///< beginnings of words of the title; empty = all
    std::optional<data::ItemIndex> item {}; ///< this one alone; the words mean nothing then
    std::optional<bool> isLiked {};

    [[nodiscard]] bool isEmpty() const { return *this == InteractionFilter(); }
    bool operator==(const InteractionFilter&) const = default;
};

/// The interactions of a dataset: those that a filter lets through, in any order of a column. Texts are made as rows
/// come into sight, so that a million of them cost a screenful.
class InteractionTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { TimeColumn, UserColumn, ItemColumn, RatingColumn, LikedColumn, ColumnCount };
    enum Role { SortRole = Qt::UserRole, InteractionRole };
    using Order = std::vector<data::InteractionIndex>;

    using QAbstractTableModel::QAbstractTableModel;

    /// Shows all of them in the order of time. Null shows nothing.
    void setHistory(std::shared_ptr<const data::UserHistory> history);
    /// Shows these rows, made by interactionRows().
    void setOrder(Order order);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// Asks for an order; the page has it made on a worker thread and gives it to setOrder().
    void sort(int column, Qt::SortOrder order) override;

signals:
    void sortRequested(int column, Qt::SortOrder order);

private:
    [[nodiscard]] data::InteractionIndex interactionAt(int row) const;
    [[nodiscard]] QVariant textOf(data::InteractionIndex interaction, int column) const;
    [[nodiscard]] QVariant valueOf(data::InteractionIndex interaction, int column) const;

    std::shared_ptr<const data::UserHistory> m_history;
    std::optional<Order> m_order; // nothing = the dataset's own
};

/// The interactions that a filter lets through, in the order of a column; ties keep their order in time.
///
/// @param context  Stop is honoured between the steps.
/// @retval ErrorCode::Cancelled  stop was requested.
/// Threads   any; tests/bench/tablebench.cpp measures it.
[[nodiscard]] Result<InteractionTableModel::Order> interactionRows(const data::UserHistory& history,
                                                                   const InteractionFilter& filter, int column,
                                                                   Qt::SortOrder order, const JobContext& context);

} // namespace driftscope::ui
