// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/engine.h"

namespace driftscope::ui {

/// An engine without a model: scores are hashes of the prompt. For trying out the window, and for tests.
class FakeEngine : public Engine
{
public:
    static constexpr std::int64_t contextLength = 8192;

    [[nodiscard]] Result<std::shared_ptr<const LoadedEngine>>
    load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint, const inference::LoadOptions& options,
         const JobContext& context) override;
    [[nodiscard]] bool isFake() const override { return true; }
};

} // namespace driftscope::ui
