// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <string>

namespace driftscope::network {

enum class DeviceKind : std::uint8_t { Auto, Cpu, Cuda };

/// Where the model runs.
struct Device {
    at::Device torch = at::kCPU;
    std::string name; ///< "cpu, 2 threads" or "cuda: NVIDIA H200"
    /// Arithmetic in bf16 is faster than in fp32 here; if not, bf16 weights are widened as they are used.
    bool hasFastBf16 = false;

    [[nodiscard]] bool isCuda() const { return torch.is_cuda(); }
    /// Bytes that can still be allocated, as the system says now.
    [[nodiscard]] std::int64_t freeBytes() const;
};

/// Chooses a device and, at the first call, sets libtorch's number of threads once for the process.
///
/// libtorch_cuda.so is opened from beside libtorch_cpu.so at the first call that may use it. Auto takes CUDA if a
/// tensor can be made there.
/// @retval ErrorCode::NotFound  CUDA was asked for and cannot be used; the message says why.
[[nodiscard]] Result<Device> chooseDevice(DeviceKind kind);

/// Indices on a device. On CUDA they are copied from pinned memory and the host does not wait: later kernels do.
///
/// Shape   [values.size()], int64.
[[nodiscard]] at::Tensor onDevice(std::span<const std::int64_t> values, at::Device device);

} // namespace driftscope::network
