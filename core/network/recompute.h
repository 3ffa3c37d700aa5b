// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/decoder.h"

#include <ATen/ATen.h>

#include <functional>

namespace driftscope::network {

/// work(x), of which only x is kept for gradients: what lies between is computed again when they are asked for.
///
/// The gradient of x flows on as usual; those of other tensors that `work` uses are added to their grad() then, so they
/// must be leaves. Values and gradients are those of work(x) to the last bit, dropout included.
/// @param work  called once now and once for each backward pass; what it refers to must live until then. It may not
///              write to tensors other than its own.
/// Source    Chen et al., "Training Deep Nets with Sublinear Memory Cost" (arXiv 1604.06174), a piece a layer.
[[nodiscard]] at::Tensor recomputed(std::function<at::Tensor(const at::Tensor&)> work, const at::Tensor& x);

/// runDecoder() that keeps for gradients only what enters each layer: less memory for a third more work, the same
/// numbers to the last bit. The weights that are trained must be leaves.
[[nodiscard]] Result<at::Tensor> runDecoderRecomputing(const DecoderWeights& weights, const PackedBatch& batch,
                                                       const JobContext& context);

} // namespace driftscope::network
