// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/messagebar.h"

namespace driftscope::ui {

class Recovery;
class Workspace;

/// Says at the start what was not saved and that a model was not loaded, each with the button that sets it right. What
/// is closed stays in the menu.
class RecoveryBar : public MessageBar
{
    Q_OBJECT

public:
    explicit RecoveryBar(QWidget* parent = nullptr);
    /// @param recovery, workspace  outlive the bar.
    void watch(Recovery& recovery, Workspace& workspace);

signals:
    /// The draft is in focus now.
    void draftOpened();
    /// The checkpoint is being opened, to be loaded.
    void modelWanted();

private:
    void refresh();
    void openDraft();
    void loadModel();

    Recovery* m_recovery = nullptr;
    Workspace* m_workspace = nullptr;
    bool m_saysModel = false;
    bool m_saysDrafts = true;
    bool m_wasOffered = false; ///< drafts were shown once
    QAction* m_open;
    QAction* m_load;
};

} // namespace driftscope::ui
