// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/attentionplan.h"
#include "core/network/kvcache.h"

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace driftscope::network {

/// Heads of the fused projection, in the order queries, keys, values.
struct HeadLayout {
    std::int64_t queryHeads = 0;
    std::int64_t keyHeads = 0;
    std::int64_t size = 0;

    [[nodiscard]] std::int64_t total() const { return queryHeads + 2 * keyHeads; }
    [[nodiscard]] std::int64_t queriesPerKey() const { return queryHeads / keyHeads; }
};

/// What attention of one layer does with the products of queries and keys.
struct AttentionOptions {
    std::optional<std::int64_t> window; ///< keys at least this far back are not seen (a token itself is at distance 0)
    double scale = 1; ///< of the products
    std::optional<double> softcap; ///< scores become cap * tanh(score / cap)
};

/// Keys and values from before that the blocks of a plan name.
struct KeptKeys {
    std::span<const KvChain> chains {};
    std::size_t layer = 0;
};

/// Softmax attention of a packed batch, each token over its ancestors and itself.
///
/// Parts over different keys are computed apart and merged by their log-sum-exp. With a window, shared keys that no
/// query of a part sees are left out, and only parts that the window cuts through are masked.
/// @param qkv  [N, heads.total(), heads.size], rotated.
/// @return [N, queryHeads * size] of qkv's type.
[[nodiscard]] at::Tensor attend(const at::Tensor& qkv, const HeadLayout& heads, const AttentionPlan& plan,
                                const AttentionOptions& options, const KeptKeys& kept = {});

} // namespace driftscope::network
