// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolBar>

class QActionGroup;

namespace driftscope::ui {

/// The pages at the left edge, in the order of the work. GUI thread.
class PageRail : public QToolBar
{
    Q_OBJECT

public:
    enum Page { Start, Data, Model, Probe, Live, Simulate, Results, Tune };
    Q_ENUM(Page)

    explicit PageRail(QWidget* parent = nullptr);

    /// Marks a page; none is marked for Start, which has no place here.
    void mark(Page page);
    /// One for each page but Start, with icon and shortcut, as the menu View shows them.
    [[nodiscard]] QList<QAction*> pageActions() const;

signals:
    void pageWanted(PageRail::Page page);

private:
    QActionGroup* m_actions;
};

} // namespace driftscope::ui
