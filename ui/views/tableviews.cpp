// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/tableviews.h"

#include "ui/models/tables.h"
#include "ui/plots/armcolors.h"
#include "ui/widgets/labelcolors.h"

#include <QHeaderView>
#include <QPainter>
#include <QProxyStyle>
#include <QTableView>

namespace driftscope::ui {

namespace {

constexpr int measuredRows = 80; // a screenful: measuring every row of a long table holds the window up
constexpr int textMargin = 5;

/// Room beside the texts of cells and headers, so that a number and the text after it stay apart.
class TableStyle : public QProxyStyle
{
public:
    using QProxyStyle::QProxyStyle;

    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override
    {
        if (metric == PM_FocusFrameHMargin || metric == PM_HeaderMargin)
            return textMargin;
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
};

} // namespace

void dressTable(QTableView& view, QAbstractItemModel& model, int stretchedColumn)
{
    auto* style = new TableStyle;
    style->setParent(&view);
    view.setStyle(style);
    view.horizontalHeader()->setStyle(style);
    view.setModel(&model);
    view.setSelectionBehavior(QAbstractItemView::SelectRows);
    view.setSelectionMode(QAbstractItemView::SingleSelection);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setShowGrid(false);
    view.setWordWrap(false);
    view.setTabKeyNavigation(false);
    view.verticalHeader()->hide();
    view.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view.verticalHeader()->setDefaultSectionSize(view.fontMetrics().height() + 8);
    view.horizontalHeader()->setHighlightSections(false);
    view.horizontalHeader()->setMinimumSectionSize(30);
    view.horizontalHeader()->setResizeContentsPrecision(measuredRows);
    view.horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    view.horizontalHeader()->setSectionResizeMode(stretchedColumn, QHeaderView::Stretch);
}

QIcon armIcon(std::size_t arm, const QPalette& palette)
{
    QPixmap pixmap(12, 12);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.fillRect(1, 1, 10, 10, armColor(arm, isDarkPalette(palette)));
    return pixmap;
}

void RankingDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const bool isTarget = index.data(TargetRole).toBool();
    QColor color = labelColor(!isTarget, option.palette);
    color.setAlphaF(isTarget ? 0.45F : 0.25F);
    QRect bar = option.rect.adjusted(0, 2, 0, -2);
    bar.setWidth(static_cast<int>(bar.width() * index.data(ShareRole).toDouble()));
    painter->fillRect(bar, color);
    QStyledItemDelegate::paint(painter, option, index);
}

void ArmDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const QVariant arm = index.data(ArmPositionRole);
    if (!arm.isValid())
        return;
    option->features |= QStyleOptionViewItem::HasDecoration;
    option->icon = armIcon(static_cast<std::size_t>(arm.toULongLong()), option->palette);
    option->decorationSize = QSize(12, 12);
}

} // namespace driftscope::ui
