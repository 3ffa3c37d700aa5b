// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include <utility>
#include <vector>

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
    void addRow();
    void clear();

    QFormLayout* m_form;
    QString m_emptyText;
    QLabel* m_empty = nullptr; ///< while there are no rows
    std::vector<std::pair<QLabel*, QLabel*>> m_rows; ///< names and values; kept for the next rows
};

} // namespace driftscope::ui
