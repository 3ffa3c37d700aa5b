// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recovery/lastsession.h"

#include "ui/focus/workspace.h"
#include "ui/settings/settings.h"

#include <QFileInfo>

namespace driftscope::ui {

void rememberSession(Workspace& workspace)
{
    Focus& focus = workspace.focus();
    const auto remember = [&workspace, &focus] {
        const bool isReal = focus.checkpoint() && focus.checkpoint()->checkpoint; // the fake model has none
        Settings().setLastOpened({focus.dataset() ? focus.dataset()->path : QString(),
                                  isReal ? focus.checkpoint()->path : QString(), workspace.experimentFile(),
                                  isReal && focus.engine() != nullptr});
    };
    for (const auto change : {&Focus::datasetChanged, &Focus::checkpointChanged, &Focus::engineChanged})
        QObject::connect(&focus, change, &workspace, remember);
    for (const auto change : {&Workspace::experimentOpened, &Workspace::experimentSaved})
        QObject::connect(&workspace, change, &workspace, remember);
}

bool resumeSession(Workspace& workspace, bool mayLoad)
{
    const Settings settings;
    const LastOpened last = settings.lastOpened();
    if (settings.startWith() == StartWith::StartPage)
        return false;
    const bool hasExperiment = !last.experiment.isEmpty() && QFileInfo::exists(last.experiment);
    if (hasExperiment)
        workspace.openExperiment(last.experiment);
    if (!hasExperiment && !last.dataset.isEmpty())
        workspace.openDataset(last.dataset);
    if (!hasExperiment && !last.checkpoint.isEmpty())
        workspace.openCheckpoint(last.checkpoint);
    if (mayLoad && last.isModelLoaded && settings.startWith() == StartWith::LastOpenedAndLoaded)
        workspace.loadWhenRead();
    return hasExperiment || !last.dataset.isEmpty() || !last.checkpoint.isEmpty();
}

} // namespace driftscope::ui
