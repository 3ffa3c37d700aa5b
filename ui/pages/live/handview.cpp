// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/handview.h"

#include "ui/pages/live/livecards.h"
#include "ui/pages/live/rankingboard.h"

#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace driftscope::ui {

namespace {

QPushButton* judgeButton(const QString& text, const QString& help, QWidget* parent)
{
    auto* button = new QPushButton(text, parent);
    button->setToolTip(help);
    button->setFocusPolicy(Qt::NoFocus); // the card has it, with a key for each button
    return button;
}

} // namespace

ItemCard::ItemCard(QWidget* parent)
    : QFrame(parent)
{
    setFrameShape(QFrame::StyledPanel);
    setFocusPolicy(Qt::StrongFocus);
    setAutoFillBackground(true);
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(8, 3, 6, 3);
    layout->setVerticalSpacing(0);
    m_mark = new QLabel(this);
    m_mark->setFixedSize(10, 10);
    m_title = new QLabel(this);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // elided where there is no room
    m_kind = new QLabel(this);
    m_kind->setForegroundRole(QPalette::PlaceholderText);
    m_like = judgeButton(tr("Like"), tr("The persona likes it (L)"), this);
    m_dislike = judgeButton(tr("Dislike"), tr("The persona does not like it (D)"), this);
    layout->addWidget(m_mark, 0, 0);
    layout->addWidget(m_title, 0, 1, 1, 3);
    layout->addWidget(m_kind, 1, 1);
    layout->addWidget(m_like, 1, 2);
    layout->addWidget(m_dislike, 1, 3);
    layout->setColumnStretch(1, 1);
    narrowButtons();
    connect(m_like, &QPushButton::clicked, this, [this] { emit judged(m_item.item, true); });
    connect(m_dislike, &QPushButton::clicked, this, [this] { emit judged(m_item.item, false); });
}

void ItemCard::setItem(const LiveItem& item)
{
    m_item = item;
    m_title->setToolTip(item.title);
    m_kind->setText(item.kind);
    elideTitle();
    QPixmap mark(10, 10);
    mark.fill(kindColor(item.kindPosition, palette()));
    m_mark->setPixmap(mark);
    setAccessibleName(tr("%1, %2: L likes it, D does not").arg(item.title, item.kind));
}

void ItemCard::narrowButtons()
{
    for (QPushButton* button : {m_like, m_dislike}) // the kind needs the room
        button->setMaximumWidth(button->fontMetrics().horizontalAdvance(button->text()) + 20);
}

void ItemCard::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        narrowButtons();
}

void ItemCard::elideTitle()
{
    m_title->setText(m_title->fontMetrics().elidedText(m_item.title, Qt::ElideRight, m_title->width()));
}

void ItemCard::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    layout()->activate(); // so that the title has its new width
    elideTitle();
}

void ItemCard::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_L || event->key() == Qt::Key_D)
        emit judged(m_item.item, event->key() == Qt::Key_L);
    else if (event->key() == Qt::Key_Down)
        focusNextChild();
    else if (event->key() == Qt::Key_Up)
        focusPreviousChild();
    else
        QFrame::keyPressEvent(event);
}

void ItemCard::focusInEvent(QFocusEvent* event)
{
    setBackgroundRole(QPalette::AlternateBase);
    setFrameShadow(QFrame::Sunken);
    QFrame::focusInEvent(event);
}

void ItemCard::focusOutEvent(QFocusEvent* event)
{
    setBackgroundRole(QPalette::NoRole);
    setFrameShadow(QFrame::Plain);
    QFrame::focusOutEvent(event);
}

HandView::HandView(QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(4);
    for (std::size_t i = 0; i < LiveCards::handCount; ++i) {
        m_cards.push_back(new ItemCard(this));
        m_cards.back()->hide();
        layout->addWidget(m_cards.back());
        connect(m_cards.back(), &ItemCard::judged, this, &HandView::judged);
    }
    layout->addStretch(1);
}

void HandView::setItems(const std::vector<LiveItem>& items)
{
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        const bool isDealt = i < items.size();
        if (isDealt)
            m_cards[i]->setItem(items[i]);
        m_cards[i]->setVisible(isDealt);
    }
}

} // namespace driftscope::ui
