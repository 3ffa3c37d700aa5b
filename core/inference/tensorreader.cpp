// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/mappedfile.h"
#include "core/inference/tensorreader_p.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

namespace driftscope::inference {

namespace {

using checkpoint::DType;
using checkpoint::TensorEntry;

constexpr std::int64_t pieceValues = 1 << 21; // 8 MB in fp32: some milliseconds between two looks at Stop
constexpr std::int64_t partValues = 1 << 14; // what a thread widens at once: 64 KB stay in its cache
constexpr std::int64_t smallestMappedBytes = 1 << 16; // below, a copy costs nothing

/// A tensor as rows: a vector is one row.
struct RowShape {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
};

RowShape rowShape(const TensorEntry& entry)
{
    if (entry.shape.size() < 2)
        return {1, entry.valueCount()};
    const std::int64_t rows = entry.shape.front();
    return {rows, rows > 0 ? entry.valueCount() / rows : 0};
}

bool isStoredAs(const TensorEntry& entry, at::ScalarType type)
{
    return (entry.type == DType::F32 && type == at::kFloat) || (entry.type == DType::BF16 && type == at::kBFloat16);
}

Result<> readWide(const checkpoint::Checkpoint& checkpoint, const TensorEntry& entry, std::int64_t firstRow,
                  std::span<float> values)
{
    return entry.shape.size() < 2 ? checkpoint.read(entry, values) : checkpoint.readRows(entry, firstRow, values);
}

/// Rows of a tensor into bf16 memory, through a part in fp32 that stays in the cache.
Result<> readRounded(const checkpoint::Checkpoint& checkpoint, const TensorEntry& entry, std::int64_t firstRow,
                     std::int64_t count, at::BFloat16* to)
{
    const std::int64_t columns = rowShape(entry).columns;
    const std::int64_t partRows = std::clamp<std::int64_t>(partValues / std::max<std::int64_t>(columns, 1), 1, count);
    std::vector<float> wide(static_cast<std::size_t>(partRows * columns));
    for (std::int64_t row = 0; row < count; row += partRows) {
        const auto values = static_cast<std::size_t>(std::min(partRows, count - row) * columns);
        const std::span<float> part(wide.data(), values);
        DRIFTSCOPE_CHECK(readWide(checkpoint, entry, firstRow + row, part));
        checkpoint::roundToBf16(part, reinterpret_cast<std::uint16_t*>(to + row * columns));
    }
    return {};
}

/// Reads a byte of each page, so that the first batch does not wait for the disk where nobody can stop it.
void touch(std::span<const std::byte> bytes)
{
    constexpr std::size_t smallestPage = 4096;
    for (std::size_t at = 0; at < bytes.size(); at += smallestPage)
        static_cast<void>(*static_cast<const volatile std::byte*>(&bytes[at]));
}

} // namespace

TensorReader::TensorReader(std::shared_ptr<const checkpoint::Checkpoint> checkpoint, const network::Device& device,
                           bool mapsWeights, const JobContext& context)
    : m_checkpoint(std::move(checkpoint))
    , m_device(device)
    , m_mapsWeights(mapsWeights)
    , m_context(context)
{
    for (const TensorEntry& entry : m_checkpoint->tensors())
        m_total += static_cast<std::int64_t>(entry.bytes);
}

Result<at::Tensor> TensorReader::read(const std::vector<const Entry*>& entries, at::ScalarType type)
{
    std::vector<std::int64_t> shape = entries.front()->shape;
    shape.front() = 0;
    for (const Entry* entry : entries)
        shape.front() += entry->shape.front();
    if (isMappable(entries, type))
        return map(entries, shape, type);
    at::Tensor stacked = at::empty(shape, at::TensorOptions(m_device.torch).dtype(type));
    std::int64_t begin = 0;
    for (const Entry* entry : entries) {
        DRIFTSCOPE_CHECK(fill(*entry, stacked.narrow(0, begin, entry->shape.front())));
        begin += entry->shape.front();
    }
    m_bytes += static_cast<std::int64_t>(stacked.nbytes());
    return stacked;
}

Result<> TensorReader::finish()
{
    m_context.report({m_total, m_total, "load checkpoint"}); // tensors that no layer needs are not read
    return m_checkpoint->checkUnchanged();
}

bool TensorReader::isMappable(const std::vector<const Entry*>& entries, at::ScalarType type) const
{
    const Entry& first = *entries.front();
    if (!m_mapsWeights || !m_device.torch.is_cpu() || first.shape.size() != 2
        || first.offset % at::elementSize(type) != 0 || !m_checkpoint->fileOf(first).isGuarded())
        return false;
    std::uint64_t end = first.offset;
    for (const Entry* entry : entries) {
        const bool isNext = entry->file == first.file && entry->offset == end;
        if (!isNext || !isStoredAs(*entry, type) || !m_checkpoint->raw(*entry)) // raw: an error if rows are permuted
            return false;
        end += entry->bytes;
    }
    return static_cast<std::int64_t>(end - first.offset) >= smallestMappedBytes;
}

Result<at::Tensor> TensorReader::map(const std::vector<const Entry*>& entries, at::IntArrayRef shape,
                                     at::ScalarType type)
{
    std::size_t size = 0;
    for (const Entry* entry : entries)
        size += entry->bytes;
    const Entry& first = *entries.front();
    DRIFTSCOPE_TRY(const auto bytes, m_checkpoint->fileOf(first).range(first.offset, size));
    constexpr std::size_t pieceBytes = pieceValues * sizeof(float);
    for (std::size_t begin = 0; begin < size; begin += pieceBytes) {
        const auto piece = bytes.subspan(begin, std::min(pieceBytes, size - begin));
        touch(piece);
        DRIFTSCOPE_CHECK(advance(static_cast<std::int64_t>(piece.size())));
    }
    m_bytes += static_cast<std::int64_t>(size);
    m_mappedBytes += static_cast<std::int64_t>(size);
    // torch has no read-only tensors; the tensor keeps the checkpoint, and with it the mapping.
    return at::from_blob(
        const_cast<std::byte*>(bytes.data()), shape, [kept = m_checkpoint](void*) {}, at::TensorOptions().dtype(type));
}

Result<> TensorReader::fill(const Entry& entry, const at::Tensor& target)
{
    const auto [rows, columns] = rowShape(entry);
    const at::Tensor matrix = target.view({rows, columns});
    const std::int64_t pieceRows = std::clamp<std::int64_t>(pieceValues / std::max<std::int64_t>(columns, 1), 1, rows);
    const std::uint64_t rowBytes = entry.bytes / static_cast<std::uint64_t>(rows);
    at::Tensor staging;
    if (!target.is_cpu())
        staging = at::empty({pieceRows, columns}, at::TensorOptions().dtype(target.scalar_type()));
    for (std::int64_t row = 0; row < rows; row += pieceRows) {
        const std::int64_t count = std::min(pieceRows, rows - row);
        const at::Tensor piece = matrix.narrow(0, row, count);
        const at::Tensor host = target.is_cpu() ? piece : staging.narrow(0, 0, count);
        DRIFTSCOPE_CHECK(fillPiece(entry, row, host));
        if (!target.is_cpu())
            piece.copy_(host);
        const std::uint64_t stored = static_cast<std::uint64_t>(count) * rowBytes;
        m_checkpoint->fileOf(entry).release(entry.offset + static_cast<std::uint64_t>(row) * rowBytes, stored);
        DRIFTSCOPE_CHECK(advance(static_cast<std::int64_t>(stored)));
    }
    return {};
}

Result<> TensorReader::fillPiece(const Entry& entry, std::int64_t firstRow, const at::Tensor& rows) const
{
    const std::int64_t columns = rows.size(1);
    std::mutex mutex;
    Result<> outcome;
    const auto fillRows = [&](std::int64_t begin, std::int64_t end) -> Result<> {
        const auto values = static_cast<std::size_t>((end - begin) * columns);
        if (rows.scalar_type() == at::kFloat)
            return readWide(*m_checkpoint, entry, firstRow + begin, {rows.data_ptr<float>() + begin * columns, values});
        if (rows.scalar_type() == at::kBFloat16)
            return readRounded(*m_checkpoint, entry, firstRow + begin, end - begin,
                               rows.data_ptr<at::BFloat16>() + begin * columns);
        const at::Tensor wide = at::empty({end - begin, columns}, at::kFloat);
        DRIFTSCOPE_CHECK(readWide(*m_checkpoint, entry, firstRow + begin, {wide.data_ptr<float>(), values}));
        rows.narrow(0, begin, end - begin).copy_(wide);
        return {};
    };
    const std::int64_t grain = std::max<std::int64_t>(1, partValues * 4 / std::max<std::int64_t>(columns, 1));
    at::parallel_for(0, rows.size(0), grain, [&](std::int64_t begin, std::int64_t end) {
        auto filled = fillRows(begin, end);
        const std::scoped_lock lock(mutex);
        if (!filled && outcome)
            outcome = std::move(filled);
    });
    return outcome;
}

Result<> TensorReader::advance(std::int64_t stored)
{
    m_done += stored;
    m_context.report({m_done, m_total, "load checkpoint"});
    if (m_context.isStopped())
        return fail(ErrorCode::Cancelled, "Loading the checkpoint was stopped.");
    return {};
}

} // namespace driftscope::inference
