// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/lowrank.h"

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace driftscope::network {

/// A weight matrix with an optional bias, and what active adapters change of it. [out, in], [out]
struct Linear {
    at::Tensor weight;
    at::Tensor bias {}; ///< undefined = none
    std::vector<LowRank> changes {}; ///< each of some rows; in the order of the adapters
};

/// Memory that the layers of one forward pass use again and again, so that the allocator is not asked for it each time.
class Workspace
{
public:
    /// An uninitialised [rows, columns] tensor that may share memory with the last one asked for under this slot.
    [[nodiscard]] at::Tensor take(std::size_t slot, std::int64_t rows, std::int64_t columns, at::TensorOptions options);

private:
    std::vector<at::Tensor> m_buffers;
};

/// The slots of a Workspace.
enum WorkspaceSlot : std::size_t { ProjectionSlot, GateSlot, ActivationSlot, WidenedSlot, BranchSlot };

/// x W^T, changed, + b. A bf16 weight under an fp32 x is widened as it is used.
///
/// Shape   x [N, in] -> [N, out] of x's type, in the workspace's memory `slot`.
[[nodiscard]] at::Tensor apply(const Linear& linear, const at::Tensor& x, Workspace& workspace, std::size_t slot);

/// residual += x W^T, changed, + b; in place.
///
/// Shape   residual fp32 [N, out], x [N, in].
void applyAndAdd(const Linear& linear, const at::Tensor& x, at::Tensor& residual, Workspace& workspace);

} // namespace driftscope::network
