// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/inference/loadoptions.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace driftscope::inference {

/// The weights of a checkpoint on a device: immutable, shared by any number of scoring sessions.
class LoadedModel
{
public:
    /// Reads, widens and uploads the tensors piece by piece: beside the weights in their target type, memory holds a
    /// few MB. Large matrices that the file holds in that type are used where they are.
    ///
    /// @param context  Stop is honoured every few MB; progress is in stored bytes.
    /// @retval ErrorCode::OutOfMemory  the message says how much is needed and how much there is.
    /// @retval ErrorCode::Cancelled    stop was requested; nothing stays in memory.
    /// @retval ErrorCode::Truncated, ErrorCode::Inconsistent  a file was cut short or written to meanwhile.
    /// @retval ErrorCode::NotFound     CUDA was asked for and there is none; the message says why.
    [[nodiscard]] static Result<std::shared_ptr<const LoadedModel>>
    load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint, const LoadOptions& options,
         const JobContext& context);
    ~LoadedModel();

    /// This model with more adapters, whose matrices stay apart from the weights: a session switches them on and off
    /// at no cost (SessionOptions::adapters, ScoreOptions::adapters). The base's tensors are shared.
    ///
    /// @param context  Stop is honoured between tensors.
    /// @retval ErrorCode::Inconsistent       an adapter does not fit by name or shape; the message lists what.
    /// @retval ErrorCode::UnsupportedFormat  a kind that is not known, or weights in a pickle.
    /// @retval ErrorCode::BadArgument        two adapters of one name, or a weight on virtual tokens.
    /// Other errors of checkpoint::Adapter::open().
    [[nodiscard]] Result<std::shared_ptr<const LoadedModel>> withAdapters(const std::vector<AdapterChoice>& adapters,
                                                                          const JobContext& context) const;
    /// In the order in which they take effect; none for those that were merged.
    [[nodiscard]] std::vector<std::string> adapterNames() const;

    [[nodiscard]] const checkpoint::ModelConfig& config() const;
    [[nodiscard]] Precision precision() const;
    /// "cpu, 2 threads" or "cuda: NVIDIA H200"
    [[nodiscard]] std::string device() const;
    [[nodiscard]] std::int64_t weightBytes() const;
    /// Whether the weights are what was loaded. Those that stand in a mapped file change with it: scorers ask after
    /// each batch and throw its numbers away if not.
    ///
    /// @retval ErrorCode::Truncated, ErrorCode::Inconsistent  the file was cut short or written to; load it again.
    [[nodiscard]] Result<> checkUnchanged() const;

    struct Parts;
    /// Torch side, for the inference folder's own .cpp files.
    [[nodiscard]] const Parts& parts() const { return *m_parts; }
    /// Likewise: a model of parts that someone put together.
    [[nodiscard]] static std::shared_ptr<const LoadedModel> fromParts(std::unique_ptr<Parts> parts);

private:
    explicit LoadedModel(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

} // namespace driftscope::inference
