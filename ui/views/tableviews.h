// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QPalette>
#include <QStyledItemDelegate>

class QAbstractItemModel;
class QTableView;

/// The views folder draws what models hold.
namespace driftscope::ui {

/// The look that all tables share: rows selected as a whole, no numbers at the side, one column takes the room left.
void dressTable(QTableView& view, QAbstractItemModel& model, int stretchedColumn);

/// A square in the colour of an arm.
[[nodiscard]] QIcon armIcon(std::size_t arm, const QPalette& palette);

/// A candidate's title on a bar as long as its score; the true item has its own colour.
class RankingDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// An arm's name after a square in its colour.
class ArmDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

} // namespace driftscope::ui
