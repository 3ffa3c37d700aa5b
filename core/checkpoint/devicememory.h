// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/memoryestimate.h"

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope::checkpoint {

/// Memory of something that a model can run on.
struct DeviceMemory {
    std::string name; ///< "CPU", "GPU 0: NVIDIA H200"
    bool isGpu = false;
    std::uint64_t totalBytes = 0;
    std::uint64_t freeBytes = 0; ///< now

    /// Whether an estimate fits into what is free, with what the libraries take themselves.
    [[nodiscard]] bool holds(const MemoryEstimate& estimate) const;
};

/// The devices of this machine.
struct MachineMemory {
    std::vector<DeviceMemory> devices; ///< the CPU, then each NVIDIA GPU in the driver's order; models take the first
    std::string whyNoGpu; ///< one sentence; empty if there is one
};

/// Asks the system and NVIDIA's driver, without starting CUDA: takes some ms; any thread.
[[nodiscard]] MachineMemory readMachineMemory();

} // namespace driftscope::checkpoint
