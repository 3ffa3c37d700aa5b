// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/modelconfig.h"
#include "core/network/decoder.h"
#include "core/network/lowrank.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::network {

/// Where a module of Hugging Face stands in the decoder's weights: several modules may be rows of one matrix.
struct ModulePlace {
    enum class Matrix : std::uint8_t { QueryKeyValue, Output, GateUp, Down, Embedding, Head };
    Matrix matrix = Matrix::Head;
    std::size_t layer = 0;
    std::int64_t firstRow = 0;
    std::int64_t rows = 0;
};

/// The place of "model.layers.3.self_attn.q_proj", "lm_head", ...; nothing if the decoder has no such matrix.
[[nodiscard]] std::optional<ModulePlace> placeOf(const checkpoint::ModelConfig& config, std::string_view module);

/// The matrix that a module is rows of. Not of embedding and head.
[[nodiscard]] Linear& linearAt(DecoderWeights& weights, const ModulePlace& place);

/// The rows of a module's matrix, without changes. [rows, in]; of the embedding [vocabulary, hidden]
[[nodiscard]] at::Tensor rowsAt(const DecoderWeights& weights, const ModulePlace& place);

/// Adds to the bias of a module's rows, of which there may be none so far. Not of embedding and head.
void addToBias(DecoderWeights& weights, const ModulePlace& place, const at::Tensor& values);

/// What one adapter brings, on the device of its base. Immutable when it is shared.
struct AdapterWeights {
    struct Change {
        ModulePlace place;
        LowRank change; ///< of the module's rows. For the embedding: down [r, vocabulary], up [hidden, r]
    };
    struct Replacement {
        std::string name; ///< of Hugging Face: "lm_head.weight"
        at::Tensor values; ///< in the type of what it replaces; a norm as the decoder multiplies by it
        bool isShared = false; ///< of an embedding: a tied head follows it
    };

    std::vector<Change> changes;
    std::vector<Replacement> replacements;
    at::Tensor prompt; ///< fp32 [virtual tokens, hidden], as they enter the first layer; undefined = none

    [[nodiscard]] std::int64_t virtualTokens() const { return prompt.defined() ? prompt.size(0) : 0; }
    [[nodiscard]] std::int64_t bytes() const;
};

/// A base model with adapters switched on, in their order. The base's tensors are shared, not copied, but for those
/// that a replacement touches in part (one of the matrices that stand in one).
///
/// Several adapters that replace the same tensor or that have virtual tokens: the last one counts; see conflictOf().
[[nodiscard]] DecoderWeights withAdapters(const DecoderWeights& base,
                                          std::span<const std::shared_ptr<const AdapterWeights>> adapters);

/// Names what two adapters cannot both do at once ("lm_head.weight is replaced"); empty = they go together.
[[nodiscard]] std::string conflictOf(const AdapterWeights& a, const AdapterWeights& b);

/// Rows that enter the first layer: embeddings, changed and scaled, and those of virtual tokens (ids from the
/// vocabulary's size on).
///
/// Shape   N tokens -> fp32 [N, hidden]
[[nodiscard]] at::Tensor embed(const DecoderWeights& weights, std::span<const std::int64_t> tokens);

} // namespace driftscope::network
