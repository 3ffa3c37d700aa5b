// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/kvcache.h"

#include <algorithm>
#include <utility>

namespace driftscope::network {

namespace {

constexpr std::int64_t smallestBlock =
    32; ///< rows of a growing chain's first piece; each further one has twice as many

std::shared_ptr<KvPiece> emptyLike(const KvPiece& piece, std::int64_t rows)
{
    auto made = std::make_shared<KvPiece>();
    for (const at::Tensor& layer : piece.layers)
        made->layers.push_back(at::empty({rows, layer.size(1), layer.size(2)}, layer.options()));
    return made;
}

} // namespace

std::int64_t KvPiece::bytes() const
{
    std::int64_t sum = 0;
    for (const at::Tensor& layer : layers)
        sum += static_cast<std::int64_t>(layer.nbytes());
    return sum;
}

std::int64_t KvChain::length() const
{
    std::int64_t sum = 0;
    for (const KvSlice& slice : slices)
        sum += slice.length;
    return sum;
}

KvChain KvChain::first(std::int64_t count) const
{
    KvChain cut;
    for (const KvSlice& slice : slices) {
        if (count <= 0)
            break;
        cut.slices.push_back({slice.piece, std::min(slice.length, count)});
        count -= slice.length;
    }
    return cut;
}

void KvChain::append(std::shared_ptr<const KvPiece> piece)
{
    const std::int64_t rows = piece->rows();
    slices.push_back({std::move(piece), rows});
}

KvChain KvChain::joined() const
{
    if (slices.empty())
        return {};
    auto piece = std::make_shared<KvPiece>();
    for (std::size_t layer = 0; layer < slices.front().piece->layers.size(); ++layer) {
        std::vector<at::Tensor> parts;
        for (const KvSlice& slice : slices)
            parts.push_back(slice.layer(layer));
        piece->layers.push_back(at::cat(parts, 0));
    }
    KvChain chain;
    chain.append(std::move(piece));
    return chain;
}

void GrowingChain::append(const KvPiece& piece, std::int64_t row)
{
    if (m_open == nullptr || m_chain.slices.back().length == m_open->rows()) {
        m_open = emptyLike(piece, m_open ? m_open->rows() * 2 : smallestBlock);
        m_chain.slices.push_back({m_open, 0});
    }
    // Rows below the length of any slice that was handed out are never written again.
    const std::int64_t next = m_chain.slices.back().length++;
    for (std::size_t layer = 0; layer < piece.layers.size(); ++layer)
        m_open->layers[layer].select(0, next).copy_(piece.layers[layer].select(0, row));
}

std::int64_t kvBytes(const checkpoint::ModelConfig& config, at::ScalarType type, std::int64_t tokens)
{
    return tokens * config.layers * 2 * config.keyValueHeads * config.headDim
        * static_cast<std::int64_t>(at::elementSize(type));
}

} // namespace driftscope::network
