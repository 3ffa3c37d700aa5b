// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/opinionlist.h"

#include "ui/widgets/labelcolors.h"

namespace driftscope::ui {

OpinionList::OpinionList(QWidget* parent)
    : QListWidget(parent)
{
    setTextElideMode(Qt::ElideRight);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setUniformItemSizes(true);
}

void OpinionList::setRows(const std::vector<OpinionRow>& rows, bool isNumbered)
{
    clear();
    for (const auto& row : rows) {
        QString text = tr("%1  %2").arg(row.isLiked ? tr("+ Yes") : tr("− No"), row.what.title);
        if (isNumbered)
            text = tr("%1. %2").arg(count() + 1).arg(text);
        else if (!row.isShown)
            text += tr("  (no longer in the prompt)");
        auto* line = new QListWidgetItem(text, this);
        if (isNumbered && row.isNew) {
            QFont bold;
            bold.setBold(true);
            line->setFont(bold);
        }
        line->setForeground(labelColor(row.isLiked, palette()));
        line->setToolTip(row.what.kind.isEmpty() ? row.what.title : tr("%1 (%2)").arg(row.what.title, row.what.kind));
        line->setData(Qt::UserRole, row.what.item);
    }
}

std::optional<data::ItemIndex> OpinionList::currentOpinion() const
{
    const QListWidgetItem* line = currentItem();
    return line ? std::optional(line->data(Qt::UserRole).value<data::ItemIndex>()) : std::nullopt;
}

} // namespace driftscope::ui
