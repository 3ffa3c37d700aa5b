// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpoint.h"

#include "core/base/textfile.h"
#include "core/checkpoint/checkpointopener_p.h"
#include "core/checkpoint/mappedfile.h"

#include <algorithm>

namespace driftscope::checkpoint {

namespace {

/// True for the tensors whose rows GGUF's llama and smollm3 architectures store interleaved for their rotary kernel.
bool isPermuted(Checkpoint::Format format, const ModelConfig& config, std::string_view name)
{
    if (format != Checkpoint::Format::Gguf || (config.architecture != "llama" && config.architecture != "smollm3"))
        return false;
    const auto endsWithAny = [name](std::initializer_list<std::string_view> endings) {
        return std::ranges::any_of(endings, [name](std::string_view ending) { return name.ends_with(ending); });
    };
    return endsWithAny({".q_proj.weight", ".q_proj.bias", ".k_proj.weight", ".k_proj.bias"});
}

/// Where the row of Hugging Face stands in a file whose heads are interleaved: row t headDim / 2 + i of a head is the
/// file's row 2 i + t.
std::int64_t storedRow(std::int64_t row, std::int64_t headDim)
{
    const std::int64_t inHead = row % headDim;
    const std::int64_t half = headDim / 2;
    return row - inHead + inHead % half * 2 + inHead / half;
}

/// Widens row by row into the order of Hugging Face: the file's row 2 i + t of a head is row t headDim / 2 + i.
Result<> readPermuted(const TensorEntry& tensor, std::span<const std::byte> bytes, std::int64_t headDim,
                      std::span<float> values)
{
    const std::int64_t rows = tensor.shape.front();
    const std::int64_t columns = tensor.shape.size() == 2 ? tensor.shape[1] : 1;
    const std::size_t rowBytes = bytes.size() / static_cast<std::size_t>(rows);
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t inHead = row % headDim;
        const std::int64_t target = row - inHead + inHead % 2 * (headDim / 2) + inHead / 2;
        DRIFTSCOPE_CHECK(
            dequantize(tensor.type, bytes.subspan(static_cast<std::size_t>(row) * rowBytes, rowBytes),
                       values.subspan(static_cast<std::size_t>(target * columns), static_cast<std::size_t>(columns))));
    }
    return {};
}

} // namespace

Result<std::shared_ptr<const Checkpoint>> Checkpoint::open(const std::filesystem::path& path)
{
    try {
        return CheckpointOpener::open(path);
    } catch (const std::exception& error) { // std::filesystem and std::bad_alloc
        return fail(ErrorCode::NotReadable, path.string() + ": cannot be opened: " + error.what() + ".");
    }
}

const TensorEntry* Checkpoint::find(std::string_view name) const
{
    const auto found = std::ranges::lower_bound(m_tensors, name, {}, &TensorEntry::name);
    return found != m_tensors.end() && found->name == name ? &*found : nullptr;
}

std::vector<std::filesystem::path> Checkpoint::files() const
{
    std::vector<std::filesystem::path> all;
    for (const auto& file : m_files)
        all.push_back(file->path());
    all.insert(all.end(), m_otherFiles.begin(), m_otherFiles.end());
    return all;
}

Result<> Checkpoint::read(const TensorEntry& tensor, std::span<float> values) const
{
    if (static_cast<std::int64_t>(values.size()) != tensor.valueCount())
        return fail(ErrorCode::SizeMismatch,
                    "the tensor '" + tensor.name + "' has " + std::to_string(tensor.valueCount())
                        + " values, but there is room for " + std::to_string(values.size()) + ".");
    DRIFTSCOPE_TRY(const auto bytes, m_files.at(tensor.file)->range(tensor.offset, tensor.bytes));
    if (!isPermuted(m_format, m_config, tensor.name))
        return dequantize(tensor.type, bytes, values);
    return readPermuted(tensor, bytes, m_config.headDim, values);
}

Result<> Checkpoint::readRows(const TensorEntry& tensor, std::int64_t firstRow, std::span<float> values) const
{
    const std::int64_t rows = tensor.shape.empty() ? 0 : tensor.shape.front();
    const std::int64_t columns = rows > 0 ? tensor.valueCount() / rows : 0;
    const std::int64_t count = columns > 0 ? static_cast<std::int64_t>(values.size()) / columns : 0;
    if (tensor.shape.size() < 2 || count * columns != static_cast<std::int64_t>(values.size()) || firstRow < 0
        || count > rows - firstRow)
        return fail(ErrorCode::SizeMismatch,
                    "the tensor '" + tensor.name + "' has no " + std::to_string(values.size()) + " values from row "
                        + std::to_string(firstRow) + " on.");
    const std::uint64_t rowBytes = tensor.bytes / static_cast<std::uint64_t>(rows);
    const auto stored = [&](std::int64_t row, std::int64_t number) {
        return fileOf(tensor).range(tensor.offset + static_cast<std::uint64_t>(row) * rowBytes,
                                    static_cast<std::uint64_t>(number) * rowBytes);
    };
    if (!isPermuted(m_format, m_config, tensor.name)) {
        DRIFTSCOPE_TRY(const auto bytes, stored(firstRow, count));
        return dequantize(tensor.type, bytes, values);
    }
    for (std::int64_t row = 0; row < count; ++row) {
        DRIFTSCOPE_TRY(const auto bytes, stored(storedRow(firstRow + row, m_config.headDim), 1));
        DRIFTSCOPE_CHECK(
            dequantize(tensor.type, bytes,
                       values.subspan(static_cast<std::size_t>(row * columns), static_cast<std::size_t>(columns))));
    }
    return {};
}

Result<> Checkpoint::checkUnchanged() const
{
    for (const auto& file : m_files)
        DRIFTSCOPE_CHECK(file->checkUnchanged());
    return {};
}

Result<std::span<const std::byte>> Checkpoint::raw(const TensorEntry& tensor) const
{
    if (isPermuted(m_format, m_config, tensor.name))
        return fail(ErrorCode::UnsupportedFormat,
                    "the rows of '" + tensor.name + "' are stored in another order; read() puts them right.");
    return m_files.at(tensor.file)->range(tensor.offset, tensor.bytes);
}

} // namespace driftscope::checkpoint
