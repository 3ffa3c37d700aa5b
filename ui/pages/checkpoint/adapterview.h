// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/checkpoint/adaptersession.h"

#include <QFrame>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace driftscope::ui {

/// The adapters as switches, each with what it is and whether it fits.
class AdapterView : public QFrame
{
    Q_OBJECT

public:
    /// @param session  outlives the view.
    explicit AdapterView(AdapterSession& session, QWidget* parent = nullptr);
    void chooseFolder();

private:
    void showRows();
    QWidget* createRow(std::size_t position);

    AdapterSession& m_session;
    QPushButton* m_add;
    QLabel* m_state;
    QVBoxLayout* m_rows;
};

} // namespace driftscope::ui
