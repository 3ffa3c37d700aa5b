// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/pagerail.h"

#include <QActionGroup>
#include <QToolButton>

#include <array>

namespace driftscope::ui {

namespace {

struct Entry {
    PageRail::Page page;
    int digit; ///< with Ctrl
    const char* title;
    const char* icon;
    const char* help;
};

constexpr std::array entries {
    Entry {PageRail::Data, 1, QT_TR_NOOP("Data"), ":/icons/data.svg", QT_TR_NOOP("Open a dataset and see its health")},
    Entry {PageRail::Model, 2, QT_TR_NOOP("Model"), ":/icons/model.svg", QT_TR_NOOP("Open a checkpoint and load it")},
    Entry {PageRail::Probe, 3, QT_TR_NOOP("Probe"), ":/icons/probe.svg",
           QT_TR_NOOP("One user, one moment: prompt and ranking")},
    Entry {PageRail::Live, 4, QT_TR_NOOP("Live"), ":/icons/live.svg",
           QT_TR_NOOP("A made-up user, and the ranking that follows")},
    Entry {PageRail::Simulate, 5, QT_TR_NOOP("Simulate"), ":/icons/simulate.svg",
           QT_TR_NOOP("Compare arms over simulated time")},
    Entry {PageRail::Results, 6, QT_TR_NOOP("Results"), ":/icons/results.svg",
           QT_TR_NOOP("Runs, their tables and figures")},
    Entry {PageRail::Tune, 7, QT_TR_NOOP("Tune"), ":/icons/tune.svg",
           QT_TR_NOOP("Train a checkpoint to learn in context")},
};

} // namespace

PageRail::PageRail(QWidget* parent)
    : QToolBar(tr("Pages"), parent)
    , m_actions(new QActionGroup(this))
{
    setObjectName(QStringLiteral("rail"));
    setMovable(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    setIconSize({26, 26});
    for (const Entry& entry : entries) {
        auto* action = new QAction(QIcon(QString::fromLatin1(entry.icon)), tr(entry.title), m_actions);
        const QKeySequence shortcut(Qt::CTRL | static_cast<Qt::Key>(int(Qt::Key_0) + entry.digit));
        action->setShortcut(shortcut);
        action->setToolTip(tr("%1 (%2)").arg(tr(entry.help), shortcut.toString()));
        action->setCheckable(true);
        action->setData(entry.page);
        addAction(action);
        auto* button = qobject_cast<QToolButton*>(widgetForAction(action));
        button->setMinimumSize(74, 62);
        button->setFocusPolicy(Qt::TabFocus);
        button->setAccessibleName(tr(entry.title));
    }
    connect(m_actions, &QActionGroup::triggered, this,
            [this](const QAction* action) { emit pageWanted(static_cast<Page>(action->data().toInt())); });
}

void PageRail::mark(Page page)
{
    for (QAction* action : m_actions->actions())
        action->setChecked(action->data().toInt() == page);
}

QList<QAction*> PageRail::pageActions() const
{
    return m_actions->actions();
}

} // namespace driftscope::ui
