// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/opinionlist.h"

#include "ui/pages/live/rankingboard.h"
#include "ui/views/emptytext.h"

#include <QEvent>
#include <QPainter>

namespace driftscope::ui {

namespace {

/// A square in the colour of the kind: full for what was liked, hollow for what was not.
QIcon kindMark(const OpinionRow& row, const QPalette& palette, int size)
{
    QPixmap mark(size, size);
    mark.fill(Qt::transparent);
    QPainter painter(&mark);
    const QColor color = kindColor(row.what.kindPosition, palette);
    const double line = size / 6.0;
    painter.setPen(QPen(color, line, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(row.isLiked ? QBrush(color) : QBrush(Qt::NoBrush));
    painter.drawRect(QRectF(line, line, size - 2 * line, size - 2 * line));
    return QIcon(mark);
}

} // namespace

OpinionList::OpinionList(const QString& emptyText, QWidget* parent)
    : QListWidget(parent)
{
    new EmptyText(*this, emptyText);
    setTextElideMode(Qt::ElideRight);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setUniformItemSizes(true);
}

void OpinionList::setRows(const std::vector<OpinionRow>& rows, bool isNumbered)
{
    m_rows = rows;
    m_isNumbered = isNumbered;
    fill();
}

void OpinionList::fill()
{
    clear();
    const int mark = fontMetrics().ascent();
    setIconSize({mark, mark});
    for (const auto& row : m_rows) {
        QString text = tr("%1  %2").arg(row.isLiked ? tr("+ Yes") : tr("− No"), row.what.title);
        if (m_isNumbered)
            text = tr("%1. %2").arg(count() + 1).arg(text);
        else if (!row.isShown)
            text += tr("  (no longer in the prompt)");
        auto* line = new QListWidgetItem(text, this);
        if (m_isNumbered && row.isNew) {
            QFont bold;
            bold.setBold(true);
            line->setFont(bold);
        }
        line->setIcon(kindMark(row, palette(), mark)); // colours are kinds, here as in the ranking
        line->setToolTip(row.what.kind.isEmpty() ? row.what.title : tr("%1 (%2)").arg(row.what.title, row.what.kind));
        line->setData(Qt::UserRole, row.what.item);
    }
}

void OpinionList::changeEvent(QEvent* event)
{
    QListWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        fill(); // marks are as large as the type, in colours for its ground
}

std::optional<data::ItemIndex> OpinionList::currentOpinion() const
{
    const QListWidgetItem* line = currentItem();
    return line ? std::optional(line->data(Qt::UserRole).value<data::ItemIndex>()) : std::nullopt;
}

} // namespace driftscope::ui
