// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/live/scenario.h"
#include "ui/focus/workspace.h"

#include <memory>
#include <optional>

namespace driftscope::ui {

/// Opens the data and the model that a scenario, or free play with the bundled ones, needs where others are open. No
/// widgets; GUI thread.
class LiveOpening : public QObject
{
    Q_OBJECT

public:
    /// @param workspace  outlives this.
    explicit LiveOpening(Workspace& workspace, QObject* parent = nullptr);
    ~LiveOpening() override;

    /// Reads a scenario file, then as openScenario(scenario).
    void openFile(const QString& path);
    /// opened() or failed() follows, where nothing else is opened meanwhile.
    void openScenario(live::Scenario scenario);
    /// The bundled data and model, to play freely.
    void openBundled();
    /// True while data or model are on their way.
    [[nodiscard]] bool isOpening() const { return m_wanted != nullptr; }

    [[nodiscard]] JobRunner& fileJob() { return m_fileJob; }
    [[nodiscard]] JobRunner& scriptJob() { return m_scriptJob; }

signals:
    /// All is there.
    ///
    /// @param script  the scenario, bound to the data; null = free play.
    void opened(const std::shared_ptr<const driftscope::live::ScenarioScript>& script);
    void failed(const QString& message);

private:
    struct Wanted;

    void open(Wanted wanted);
    void pursue();
    void bind(live::Scenario scenario);
    void giveUp(const QString& message);

    Workspace& m_workspace;
    std::unique_ptr<Wanted> m_wanted; ///< null = all is there
    JobRunner m_fileJob;
    JobRunner m_scriptJob;
};

} // namespace driftscope::ui
