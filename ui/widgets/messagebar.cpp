// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/messagebar.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

#include <chrono>
#include <utility>

namespace driftscope::ui {

namespace {

constexpr std::chrono::seconds noteTime(12); // long enough to read two lines

} // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent)
    , m_layout(new QHBoxLayout(this))
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
    , m_close(new QToolButton(this))
{
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_close->setText(tr("Close"));
    m_close->setAutoRaise(true);
    m_layout->setContentsMargins(10, 4, 6, 4);
    m_layout->addWidget(m_icon);
    m_layout->addWidget(m_text, 1);
    m_layout->addWidget(m_close);
    m_fade.setSingleShot(true);
    m_fade.setInterval(noteTime);
    connect(&m_fade, &QTimer::timeout, this, &QWidget::hide);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    setVisible(false);
}

void MessageBar::showMessage(Kind kind, const QString& text, const QList<QAction*>& actions)
{
    showActions(actions);
    const auto icon = kind == Kind::Problem ? QStyle::SP_MessageBoxWarning : QStyle::SP_MessageBoxInformation;
    m_icon->setPixmap(style()->standardIcon(icon).pixmap(18, 18));
    m_text->setText(text);
    setAccessibleName(kind == Kind::Problem ? tr("Problem") : tr("Note"));
    setAccessibleDescription(text);
    setVisible(!text.isEmpty());
    if (kind == Kind::Note && actions.isEmpty())
        m_fade.start();
    else
        m_fade.stop();
    if (!text.isEmpty())
        emit messageShown(kind, text);
}

void MessageBar::showActions(const QList<QAction*>& actions)
{
    for (QWidget* button : std::exchange(m_buttons, {}))
        button->deleteLater(); // not at once: it may be the one that was clicked
    for (QAction* action : actions) {
        auto* button = new QPushButton(action->text(), this);
        button->setToolTip(action->toolTip());
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        m_layout->insertWidget(m_layout->count() - 1, button); // before Close
        m_buttons << button;
    }
}

QString MessageBar::text() const
{
    return isHidden() ? QString() : m_text->text();
}

} // namespace driftscope::ui
