// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/jobrunner.h"

#include <QMenu>

namespace driftscope::ui {

/// The files of one kind that come with the program, by the names and descriptions that stand in them: ready
/// experiments, tuning plans. They are read by a job when the menu is made; until then it is empty and disabled.
/// GUI thread.
class ShippedMenu : public QMenu
{
    Q_OBJECT

public:
    /// @param place   of the folder in the source, as shippedPath() takes it: "resources/experiments".
    ShippedMenu(const QString& title, const QString& place, QWidget* parent);

signals:
    void chosen(const QString& path);

private:
    JobRunner m_job; // the last member: its threads end first
};

} // namespace driftscope::ui
