// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

namespace driftscope::network {

/// x / rms(x) * weight over the last dimension, computed in fp32.
///
/// Shape   x fp32 [N, H], weight fp32 [H] -> [N, H] of type `type`.
[[nodiscard]] at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon, at::ScalarType type);

/// x += delta: the residual stream stays fp32 whatever the type of the branches. In place, but for tensors whose
/// gradients are recorded: then x becomes a new tensor. [N, H]
void addInPlace(at::Tensor& x, const at::Tensor& delta);

} // namespace driftscope::network
