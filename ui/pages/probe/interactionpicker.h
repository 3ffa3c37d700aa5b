// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/userhistory.h"

#include <QDialog>

#include <memory>
#include <vector>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace driftscope::ui {

/// Finds one of a user's past interactions by words of its title; only what may be shown as a demonstration is listed.
class InteractionPicker : public QDialog
{
    Q_OBJECT

public:
    /// @param choosable  in the order listed.
    InteractionPicker(const QString& title, std::shared_ptr<const data::UserHistory> history,
                      std::vector<data::InteractionIndex> choosable, QWidget* parent = nullptr);

signals:
    void chosen(driftscope::data::InteractionIndex interaction);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void choose();

    std::shared_ptr<const data::UserHistory> m_history;
    std::vector<data::InteractionIndex> m_choosable;
    QLineEdit* m_search;
    QListWidget* m_list;
    QLabel* m_count;
    QPushButton* m_ok = nullptr;
};

} // namespace driftscope::ui
