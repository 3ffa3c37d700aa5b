// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QFormLayout;
class QLabel;

namespace driftscope::ui {

/// One line of a card.
struct CardRow {
    QString name;
    QString value;
    QString help; ///< tool tip: what it means, in one sentence
};

/// A titled list of names and values: health card, checkpoint card.
class CardView : public QFrame
{
    Q_OBJECT

public:
    explicit CardView(const QString& title, QWidget* parent = nullptr);
    void setRows(const std::vector<CardRow>& rows);
    /// Shown instead of rows while there are none.
    void setEmptyText(const QString& text);

private:
    void clear();

    QFormLayout* m_form;
    QString m_emptyText;
};

} // namespace driftscope::ui
