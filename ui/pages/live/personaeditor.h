// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"
#include "ui/pages/live/livesetting.h"

#include <memory>

namespace driftscope::ui {

/// What a person makes the persona of the page Live be and say, by hand or by a scenario's steps. Each change goes
/// through Workspace::edits() and can be taken back. No widgets; GUI thread.
class PersonaEditor : public QObject
{
    Q_OBJECT

public:
    /// @param workspace  outlives this.
    explicit PersonaEditor(Workspace& workspace, QObject* parent = nullptr);

    /// The data whose items are spoken of from now on: all but the arm begins anew, and earlier changes cannot be taken
    /// back any more.
    void setHistory(std::shared_ptr<const data::UserHistory> history);
    [[nodiscard]] const LiveSetting& setting() const { return m_setting; }

    void judge(data::ItemIndex item, bool isLiked);
    void forget(data::ItemIndex item);
    void setReversed(bool isReversed);
    void setArm(simulate::Arm arm);
    /// Forgets what was said by hand; in a scenario, back to what its step says.
    void reset();
    void startFromNobody();
    /// False if there is no such user.
    bool startFromUser(const QString& id, int events);
    void drawOtherKinds();

    /// Begins a scenario at its first step.
    void startScript(const std::shared_ptr<const live::ScenarioScript>& script);
    [[nodiscard]] const live::Scenario* scenario() const;
    [[nodiscard]] const live::ScenarioStep* step() const;
    /// Shows a step; nothing happens before the first and after the last.
    void goToStep(int step);
    void leaveScenario();
    /// True in a scenario in which nothing else was said than its step says.
    [[nodiscard]] bool followsScript() const;

    /// Shows a setting without making an edit of it. False if it belongs to other data.
    bool restore(const LiveSetting& setting);

signals:
    /// A scenario began or was left.
    void scriptChanged();
    /// Likewise, or another step is shown.
    void stepChanged();
    /// The setting is another one; after the others.
    void changed();

private:
    void edit(const QString& text, LiveSetting setting);
    [[nodiscard]] QString titleOf(data::ItemIndex item) const;
    /// What the step that is shown says.
    [[nodiscard]] const live::LiveQuestion& told() const;

    Workspace& m_workspace;
    std::shared_ptr<const data::UserHistory> m_history;
    LiveSetting m_setting;
};

} // namespace driftscope::ui
