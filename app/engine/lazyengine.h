// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/engine.h"
#include "ui/engine/tuner.h"

#include <QStringList>

#include <mutex>

namespace driftscope::app {

/// Opens the engine's library when the first model is loaded or tuned, so that the window is there before libtorch is.
class LazyEngine : public ui::Engine, public ui::Tuner
{
public:
    [[nodiscard]] Result<std::shared_ptr<const ui::LoadedEngine>>
    load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint, const inference::LoadOptions& options,
         const JobContext& context) override;
    [[nodiscard]] std::string libraryVersion() const override;
    [[nodiscard]] Result<tuning::TuningOutcome>
    tune(const tuning::TuningPlan& plan, const tuning::TuningOptions& options, const JobContext& context) override;

private:
    /// Both views of the one object that the library makes.
    struct Opened {
        ui::Engine* engine = nullptr;
        ui::Tuner* tuner = nullptr;
    };
    [[nodiscard]] Result<Opened> open();

    std::mutex m_mutex;
    std::unique_ptr<ui::Engine> m_engine;
};

/// Where the library is looked for: beside the program as built, and as installed.
[[nodiscard]] QStringList engineLibraryPaths();

} // namespace driftscope::app
