// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/torchscriptmodel.h"
#include "core/network/device.h"

#include <torch/csrc/jit/api/module.h>

#include <span>

namespace driftscope::inference {

/// The torch side of a TorchScript model.
struct TorchScriptModel::Parts {
    torch::jit::Module module;
    network::Device device;
    std::string name; ///< of the file, for messages
    std::int64_t vocabularySize = 0;
    std::int64_t contextLength = 0;
    std::int64_t bytes = 0;

    /// Logits of some token rows, padded on the right.
    ///
    /// @param rows  each at least one token; the longest has T.
    /// @return floating [B, T, V], any device.
    /// @retval ErrorCode::UnsupportedFormat  the module broke the contract or failed; the message says how.
    /// Threads   several may call it at once.
    [[nodiscard]] Result<at::Tensor> run(std::span<const std::span<const TokenId>> rows) const;
};

} // namespace driftscope::inference
