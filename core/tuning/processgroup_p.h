// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace driftscope::tuning {

/// Where a process stands among those that carry out one plan together.
struct ProcessPlace {
    std::int64_t rank = 0;
    std::int64_t count = 1;
    std::int64_t localRank = 0; ///< among those of its machine: which GPU is its own
    std::string address; ///< of the machine of rank 0
    std::uint16_t port = 0;
    bool launcherHoldsStore = false; ///< torchrun opened the port itself
};

/// As torchrun (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT) or Slurm (SLURM_PROCID, SLURM_NTASKS,
/// SLURM_LOCALID, with MASTER_ADDR and MASTER_PORT) say; a single process without them.
///
/// @retval ErrorCode::BadValue  a number that is none or out of range, or no meeting point.
[[nodiscard]] Result<ProcessPlace> placeInEnvironment();

/// Lets CUDA see only the GPU of this process. To be called before CUDA is used; none of a single process.
void chooseOwnGpu(const ProcessPlace& place);

/// Processes that add up their gradients: through a key-value store that rank 0 opens (c10d::TCPStore), by way of the
/// host's memory. The sums are formed by rank 0 in the order of the ranks and are the same bits in every process.
class ProcessGroup
{
public:
    /// A group of one, which has nothing to add up.
    ProcessGroup();
    /// Waits until all processes are there.
    ///
    /// @retval ErrorCode::Internal  they do not find each other.
    [[nodiscard]] static Result<ProcessGroup> join(const ProcessPlace& place);
    ProcessGroup(ProcessGroup&&) noexcept;
    ProcessGroup& operator=(ProcessGroup&&) noexcept;
    /// Rank 0 stays until the others have what they wait for.
    ~ProcessGroup();

    [[nodiscard]] std::int64_t rank() const { return m_place.rank; }
    [[nodiscard]] std::int64_t count() const { return m_place.count; }
    [[nodiscard]] bool isFirst() const { return m_place.rank == 0; }

    /// Replaces fp32 tensors and numbers by their sums over the processes. All must call it, with the same shapes.
    ///
    /// Throws what libtorch throws, also where another process is gone: to be called inside guarded().
    void sum(const std::vector<at::Tensor>& tensors, std::span<double> numbers);
    /// Returns when all processes have come here.
    void meet();

private:
    class Store;
    ProcessPlace m_place;
    std::unique_ptr<Store> m_store; ///< null in a group of one
};

} // namespace driftscope::tuning
