// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/emptytext.h"

#include <QAbstractItemView>
#include <QEvent>

namespace driftscope::ui {

namespace {

constexpr int sideMargin = 12;

} // namespace

EmptyText::EmptyText(QAbstractItemView& view, const QString& text)
    : QLabel(text, view.viewport())
    , m_view(view)
{
    setWordWrap(true);
    setAlignment(Qt::AlignCenter);
    setForegroundRole(QPalette::PlaceholderText);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    view.viewport()->installEventFilter(this);
    const QAbstractItemModel* model = view.model();
    connect(model, &QAbstractItemModel::rowsInserted, this, &EmptyText::place);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &EmptyText::place);
    connect(model, &QAbstractItemModel::modelReset, this, &EmptyText::place);
    place();
}

bool EmptyText::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize)
        place();
    return QLabel::eventFilter(watched, event);
}

void EmptyText::place()
{
    setGeometry(m_view.viewport()->rect().adjusted(sideMargin, 0, -sideMargin, 0));
    setVisible(m_view.model()->rowCount() == 0);
}

} // namespace driftscope::ui
