// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/inference/adapterloader_p.h"
#include "core/inference/tensorreader_p.h"
#include "core/network/decoder.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope::inference {

/// Reads a checkpoint's tensors one by one into the decoder's weights; several matrices of a layer become one.
class WeightReader
{
public:
    /// @param type  of the matrices; norms and biases are fp32 (biases: `biasType`).
    /// @param tensors  outlives the reader; counts the bytes and asks for Stop.
    /// @param merge    adapters that are folded into the weights, or null.
    WeightReader(const checkpoint::Checkpoint& checkpoint, TensorReader& tensors, at::ScalarType type,
                 at::ScalarType biasType, const AdapterMerge* merge = nullptr);

    /// All weights.
    [[nodiscard]] Result<network::DecoderWeights> read();

private:
    Result<network::LayerWeights> readLayer(std::int64_t index);
    /// A norm's weight as the decoder multiplies by it.
    Result<at::Tensor> readNorm(const std::string& name);
    Result<network::Linear> readLinear(const std::vector<std::string>& names, bool hasBias);
    /// Tensors stacked over their first dimension.
    Result<at::Tensor> readStacked(const std::vector<std::string>& names, at::ScalarType type);

    /// The same with adapters folded in. @param as  what the tensors count as for the adapters.
    Result<at::Tensor> readMerged(const std::vector<std::string>& names, const std::vector<std::string>& as,
                                  at::ScalarType type);
    [[nodiscard]] bool isMerged(const std::vector<std::string>& names) const;

    const checkpoint::Checkpoint& m_checkpoint;
    TensorReader& m_tensors;
    at::ScalarType m_type;
    at::ScalarType m_biasType;
    const AdapterMerge* m_merge;
};

} // namespace driftscope::inference
