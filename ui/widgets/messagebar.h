// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

/// The widgets folder holds small parts that several pages use.
namespace driftscope::ui {

/// A line inside the window for what a person should know and can go on from; never a box that must be clicked away.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    enum class Kind { Note, Problem };

    explicit MessageBar(QWidget* parent = nullptr);
    /// Replaces what is shown.
    void showMessage(Kind kind, const QString& text);
    [[nodiscard]] QString text() const;

private:
    QLabel* m_icon;
    QLabel* m_text;
    QToolButton* m_close;
};

} // namespace driftscope::ui
