// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/attentionplan.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <optional>

namespace driftscope::network {

/// Heads of the fused projection, in the order queries, keys, values.
struct HeadLayout {
    std::int64_t queryHeads = 0;
    std::int64_t keyHeads = 0;
    std::int64_t size = 0;

    [[nodiscard]] std::int64_t total() const { return queryHeads + 2 * keyHeads; }
    [[nodiscard]] std::int64_t queriesPerKey() const { return queryHeads / keyHeads; }
};

/// Softmax attention of a packed batch, each token over its ancestors and itself.
///
/// Parts over different keys are computed apart and merged by their log-sum-exp.
/// @param qkv     [N, heads.total(), heads.size], rotated.
/// @param window  keys at least this far back are not seen (the token itself is at distance 0); nothing = all are.
/// @return [N, queryHeads * size] of qkv's type.
[[nodiscard]] at::Tensor attend(const at::Tensor& qkv, const HeadLayout& heads, const AttentionPlan& plan,
                                std::optional<std::int64_t> window);

} // namespace driftscope::network
