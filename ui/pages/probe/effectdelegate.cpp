// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/effectdelegate.h"

#include "ui/models/probetables.h"
#include "ui/widgets/labelcolors.h"

#include <QPainter>

#include <cmath>

namespace driftscope::ui {

void EffectDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QVariant share = index.data(ShareRole);
    if (share.isValid()) {
        const QRectF cell = QRectF(option.rect).adjusted(1, 3, -1, -3);
        const double length = std::abs(share.toDouble()) * cell.width() / 2;
        const double left = share.toDouble() < 0 ? cell.center().x() - length : cell.center().x();
        QColor color = labelColor(share.toDouble() > 0, option.palette);
        color.setAlphaF(0.45F);
        painter->fillRect(QRectF(left, cell.top(), length, cell.height()), color);
        painter->fillRect(QRectF(cell.center().x() - 0.5, cell.top(), 1, cell.height()),
                          option.palette.color(QPalette::Mid));
    }
    QStyledItemDelegate::paint(painter, option, index);
}

QSize EffectDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QSize text = QStyledItemDelegate::sizeHint(option, index);
    return {std::max(text.width(), option.fontMetrics.horizontalAdvance(QStringLiteral("+0.000")) + 14), text.height()};
}

} // namespace driftscope::ui
