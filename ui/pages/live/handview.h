// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/live/liverows.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace driftscope::ui {

/// An item to judge: two buttons, or L and D while it has the focus; Up and Down go to its neighbours.
class ItemCard : public QFrame
{
    Q_OBJECT

public:
    explicit ItemCard(QWidget* parent = nullptr);
    void setItem(const LiveItem& item);
    [[nodiscard]] const LiveItem& item() const { return m_item; }

signals:
    void judged(driftscope::data::ItemIndex item, bool isLiked);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void elideTitle();
    void narrowButtons();

    LiveItem m_item;
    QLabel* m_mark;
    QLabel* m_title;
    QLabel* m_kind;
    QPushButton* m_like;
    QPushButton* m_dislike;
};

/// The cards of the hand, or those that were searched for.
class HandView : public QWidget
{
    Q_OBJECT

public:
    explicit HandView(QWidget* parent = nullptr);
    void setItems(const std::vector<LiveItem>& items);
    [[nodiscard]] const std::vector<ItemCard*>& cards() const { return m_cards; }

signals:
    void judged(driftscope::data::ItemIndex item, bool isLiked);

private:
    std::vector<ItemCard*> m_cards;
};

} // namespace driftscope::ui
