// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/network/device.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace driftscope::inference {

/// Makes torch tensors of a checkpoint's tensors, piece by piece: memory never holds more than the result and one piece
/// a thread, whatever the size of a tensor, and pages of the file that were read are given back at once.
///
/// A large matrix that is stored as it is wanted (on the CPU, same type, its parts one after another in one file) is
/// not copied: the result stands in the mapped file. Such memory cannot be written to, and what it holds is only sure
/// as long as Checkpoint::checkUnchanged() is content: a file that is cut short gives zeros (MappingGuard), one that is
/// written to gives the new values. So whoever computes with mapped weights asks after each batch.
class TensorReader
{
public:
    /// @param context  Stop is honoured between pieces of a few MB; progress is in stored bytes.
    TensorReader(std::shared_ptr<const checkpoint::Checkpoint> checkpoint, const network::Device& device,
                 bool mapsWeights, const JobContext& context);

    /// Tensors stacked over their first dimension.
    ///
    /// @param entries  not empty; the same shape but for the first dimension.
    /// @retval ErrorCode::Truncated, ErrorCode::UnknownDtype  as Checkpoint::read().
    /// @retval ErrorCode::Cancelled  stop was requested.
    [[nodiscard]] Result<at::Tensor> read(const std::vector<const checkpoint::TensorEntry*>& entries,
                                          at::ScalarType type);
    /// Reports the end and makes sure that the files did not change meanwhile.
    [[nodiscard]] Result<> finish();

    /// Bytes of all tensors made.
    [[nodiscard]] std::int64_t bytes() const { return m_bytes; }
    /// Bytes of those that stand in the mapped files.
    [[nodiscard]] std::int64_t mappedBytes() const { return m_mappedBytes; }

private:
    using Entry = checkpoint::TensorEntry;

    [[nodiscard]] bool isMappable(const std::vector<const Entry*>& entries, at::ScalarType type) const;
    Result<at::Tensor> map(const std::vector<const Entry*>& entries, at::IntArrayRef shape, at::ScalarType type);
    Result<> fill(const Entry& entry, const at::Tensor& target);
    Result<> fillPiece(const Entry& entry, std::int64_t firstRow, const at::Tensor& rows) const;
    /// Ends a piece: counts `stored` bytes and asks for Stop.
    Result<> advance(std::int64_t stored);

    std::shared_ptr<const checkpoint::Checkpoint> m_checkpoint;
    const network::Device& m_device;
    bool m_mapsWeights;
    const JobContext& m_context;
    std::int64_t m_bytes = 0;
    std::int64_t m_mappedBytes = 0;
    std::int64_t m_done = 0; ///< stored bytes
    std::int64_t m_total = 0; ///< stored bytes
};

} // namespace driftscope::inference
