// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"

#include <filesystem>
#include <memory>

namespace driftscope::checkpoint {

/// Builds a Checkpoint from what lies at a path.
class CheckpointOpener
{
public:
    [[nodiscard]] static Result<std::shared_ptr<const Checkpoint>> open(const std::filesystem::path& path);

private:
    static Result<std::shared_ptr<const Checkpoint>> openFolder(const std::filesystem::path& folder);
    static Result<std::shared_ptr<const Checkpoint>> openGguf(const std::filesystem::path& file);
    static Result<std::shared_ptr<const Checkpoint>> finish(std::shared_ptr<Checkpoint> checkpoint);
};

} // namespace driftscope::checkpoint
