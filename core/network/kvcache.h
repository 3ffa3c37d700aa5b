// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/modelconfig.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace driftscope::network {

/// Keys and values of a run of tokens in all layers. Immutable once made: threads and chains may share it.
struct KvPiece {
    std::vector<at::Tensor> layers; ///< [rows, 2 * keyValueHeads, headDim]: key heads, rotated, then value heads

    [[nodiscard]] std::int64_t rows() const { return layers.empty() ? 0 : layers.front().size(0); }
    [[nodiscard]] std::int64_t bytes() const;
};

/// The first rows of a piece.
struct KvSlice {
    std::shared_ptr<const KvPiece> piece;
    std::int64_t length = 0;

    /// Keys and values of one layer, a view: [length, 2 * keyValueHeads, headDim].
    [[nodiscard]] at::Tensor layer(std::size_t index) const { return piece->layers[index].narrow(0, 0, length); }
};

/// Consecutive tokens of a prompt as slices of pieces, so that a chain grows without copies and chains that begin alike
/// share memory.
struct KvChain {
    std::vector<KvSlice> slices;

    [[nodiscard]] std::int64_t length() const;
    /// The chain of the first tokens; `count` is at most length().
    [[nodiscard]] KvChain first(std::int64_t count) const;
    /// Adds a whole piece at the end.
    void append(std::shared_ptr<const KvPiece> piece);
    /// The same tokens in one piece of their own.
    [[nodiscard]] KvChain joined() const;
};

/// A chain that grows token by token, in blocks that are allocated ahead. Slices taken from it stay as they are.
class GrowingChain
{
public:
    /// Appends row `row` of the piece.
    void append(const KvPiece& piece, std::int64_t row);
    [[nodiscard]] const KvChain& chain() const { return m_chain; }

private:
    std::shared_ptr<KvPiece> m_open; ///< the piece that the chain's last slice is of
    KvChain m_chain;
};

/// Bytes of the keys and values of this many tokens.
[[nodiscard]] std::int64_t kvBytes(const checkpoint::ModelConfig& config, at::ScalarType type, std::int64_t tokens);

} // namespace driftscope::network
