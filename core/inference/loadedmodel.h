// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <memory>
#include <string>

namespace driftscope::inference {

enum class Precision : std::uint8_t { Fp32, Bf16 };
enum class DeviceChoice : std::uint8_t { Auto, Cpu, Cuda };

/// How to load a checkpoint.
struct LoadOptions {
    Precision precision = Precision::Fp32;
    DeviceChoice device = DeviceChoice::Auto;
};

/// The weights of a checkpoint on a device: immutable, shared by any number of scoring sessions.
class LoadedModel
{
public:
    /// Reads, widens and uploads the tensors one by one.
    ///
    /// @param context  Stop is honoured between tensors; progress is in bytes.
    /// @retval ErrorCode::OutOfMemory  the message says how much is needed and how much there is.
    /// @retval ErrorCode::Cancelled    stop was requested; nothing stays in memory.
    /// @retval ErrorCode::NotFound     CUDA was asked for and there is none; the message says why.
    [[nodiscard]] static Result<std::shared_ptr<const LoadedModel>>
    load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint, const LoadOptions& options,
         const JobContext& context);
    ~LoadedModel();

    [[nodiscard]] const checkpoint::ModelConfig& config() const;
    [[nodiscard]] Precision precision() const;
    /// "cpu, 2 threads" or "cuda: NVIDIA H200"
    [[nodiscard]] std::string device() const;
    [[nodiscard]] std::int64_t weightBytes() const;

    struct Parts;
    /// Torch side, for the inference folder's own .cpp files.
    [[nodiscard]] const Parts& parts() const { return *m_parts; }

private:
    explicit LoadedModel(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

} // namespace driftscope::inference
