// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <span>

namespace driftscope::network {

/// A low-rank change of some output rows of a matrix W, kept apart from it (LoRA, DoRA):
/// y = rowScale * (W x + scale * (up down x + upBias)).
///
/// Tensors that require gradients get them.
struct LowRank {
    at::Tensor down; ///< [r, in]
    at::Tensor up; ///< [rows, r]
    at::Tensor upBias; ///< [rows] or undefined
    at::Tensor rowScale; ///< DoRA: [rows], see doraScale(); undefined = 1
    double scale = 1;
    std::int64_t firstRow = 0; ///< of W
    double dropout = 0; ///< share of x that `down` does not see while gradients are recorded
};

/// What DoRA multiplies the rows by: magnitude / length of the rows of W + scale * up * down.
///
/// Shape   weight [rows, in], magnitude [rows] -> fp32 [rows]. No gradient flows through the lengths, as in PEFT.
[[nodiscard]] at::Tensor doraScale(const at::Tensor& weight, const LowRank& change, const at::Tensor& magnitude);

/// The product y = x W^T, without bias, after the changes, one after another (several DoRA: in PEFT's order).
/// In place unless gradients are recorded.
///
/// Shape   y [N, out], x [N, in] -> [N, out]
[[nodiscard]] at::Tensor withChanges(at::Tensor y, const at::Tensor& x, std::span<const LowRank> changes);

/// The same where y holds only some columns: `rows` [n] are the rows of W behind them. The changes cover all of W.
[[nodiscard]] at::Tensor withChangesOfRows(at::Tensor y, const at::Tensor& x, std::span<const LowRank> changes,
                                           const at::Tensor& rows);

/// W with the changes folded in; `firstRow` does not count, each change covers all of W. fp32 [rows, in], a new tensor.
[[nodiscard]] at::Tensor merged(const at::Tensor& weight, std::span<const LowRank> changes);

} // namespace driftscope::network
