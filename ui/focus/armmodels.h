// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/preparedexperiment.h"
#include "ui/focus/focus.h"

#include <map>
#include <memory>
#include <string>

namespace driftscope::ui {

/// Checkpoints that arms name beside the experiment's, by that name: headers and tokenizers, no weights.
using OtherCheckpoints = std::map<std::string, OpenCheckpoint>;
/// The same in memory.
using OtherEngines = std::map<std::string, std::shared_ptr<const LoadedEngine>>;

/// How the experiment wants its checkpoint loaded.
[[nodiscard]] inference::LoadOptions loadOptionsOf(const simulate::Experiment& experiment);

/// Opens what the experiment's arms name. Not on the GUI thread.
///
/// @param main  the experiment's own; if it is the fake model, that stands in for all.
/// Errors of simulate::openOtherCheckpoints().
[[nodiscard]] Result<OtherCheckpoints> openOthers(const simulate::Experiment& experiment, const OpenCheckpoint& main);

/// Loads them, without adapters: those belong to the experiment's own checkpoint. Not on the GUI thread.
///
/// Errors of Engine::load().
[[nodiscard]] Result<OtherEngines> loadOthers(Engine& loader, const simulate::Experiment& experiment,
                                              const OtherCheckpoints& others, const JobContext& context);

/// What prompts need of them.
[[nodiscard]] std::map<std::string, simulate::PromptModel> promptModels(const OtherCheckpoints& others);

} // namespace driftscope::ui
