// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/network/decoder.h"
#include "core/network/device.h"

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
    WeightReader(const checkpoint::Checkpoint& checkpoint, const network::Device& device, at::ScalarType type,
                 at::ScalarType biasType, const JobContext& context);

    /// All weights. Stop is honoured between tensors; progress is in stored bytes.
    [[nodiscard]] Result<network::DecoderWeights> read();
    [[nodiscard]] std::int64_t bytes() const { return m_bytes; }

private:
    Result<network::LayerWeights> readLayer(std::int64_t index);
    Result<network::Linear> readLinear(const std::vector<std::string>& names, bool hasBias);
    /// Tensors stacked over their first dimension.
    Result<at::Tensor> readStacked(const std::vector<std::string>& names, at::ScalarType type);
    Result<> readInto(const checkpoint::TensorEntry& entry, at::Tensor target);

    const checkpoint::Checkpoint& m_checkpoint;
    const network::Device& m_device;
    at::ScalarType m_type;
    at::ScalarType m_biasType;
    const JobContext& m_context;
    std::int64_t m_bytes = 0;
    std::int64_t m_done = 0; ///< stored bytes
    std::int64_t m_total = 0; ///< stored bytes
};

} // namespace driftscope::inference
