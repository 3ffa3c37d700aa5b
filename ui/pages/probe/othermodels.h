// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/armmodels.h"
#include "ui/jobs/jobrunner.h"

#include <QObject>

#include <map>
#include <string>

namespace driftscope::ui {

/// The models that arms name beside the one in focus, opened and loaded in the background when they are asked for.
/// GUI thread.
class OtherModels : public QObject
{
    Q_OBJECT

public:
    explicit OtherModels(std::shared_ptr<Engine> loader, QObject* parent = nullptr);

    struct Model {
        OpenCheckpoint checkpoint;
        std::shared_ptr<const LoadedEngine> engine; ///< null if it was only opened
    };

    /// The model of an arm's checkpoint; null if it is not there (yet).
    ///
    /// @param isLoaded  its weights are needed too.
    [[nodiscard]] const Model* find(const simulate::Experiment& experiment, const std::string& checkpoint,
                                    bool isLoaded) const;
    /// Opens it and loads its weights if asked to; changed() or failed() follows.
    ///
    /// @param main  the checkpoint in focus.
    void request(simulate::Experiment experiment, const std::string& checkpoint, const OpenCheckpoint& main,
                 bool isLoaded);
    void clear();
    [[nodiscard]] JobRunner& job() { return m_job; }

signals:
    void changed();
    void failed(const driftscope::Error& error);

private:
    std::shared_ptr<Engine> m_loader;
    std::map<std::string, Model> m_models; ///< by the path that the name leads to
    std::string m_requested; ///< what the job is at
    JobRunner m_job;
};

} // namespace driftscope::ui
