// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QList>
#include <QTimer>

class QAction;
class QHBoxLayout;
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
    Q_ENUM(Kind)

    explicit MessageBar(QWidget* parent = nullptr);
    /// Replaces what is shown. A note without actions goes by itself after a while; a problem stays until it is closed.
    ///
    /// @param actions  what a person can do about it, a button each; owned by the caller.
    void showMessage(Kind kind, const QString& text, const QList<QAction*>& actions = {});
    [[nodiscard]] QString text() const;

signals:
    void messageShown(driftscope::ui::MessageBar::Kind kind, const QString& text);

private:
    void showActions(const QList<QAction*>& actions);

    QHBoxLayout* m_layout;
    QList<QWidget*> m_buttons;
    QLabel* m_icon;
    QLabel* m_text;
    QToolButton* m_close;
    QTimer m_fade;
};

} // namespace driftscope::ui
