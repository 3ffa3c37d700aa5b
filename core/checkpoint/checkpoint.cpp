// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpoint.h"

#include "core/base/textfile.h"
#include "core/checkpoint/checkpointopener_p.h"
#include "core/checkpoint/mappedfile.h"

#include <algorithm>

namespace driftscope::checkpoint {

namespace {

/// True for the tensors whose rows GGUF's llama architecture stores interleaved for its rotary kernel.
bool isPermuted(Checkpoint::Format format, const ModelConfig& config, std::string_view name)
{
    if (format != Checkpoint::Format::Gguf || config.architecture != "llama")
        return false;
    const auto endsWithAny = [name](std::initializer_list<std::string_view> endings) {
        return std::ranges::any_of(endings, [name](std::string_view ending) { return name.ends_with(ending); });
    };
    return endsWithAny({".q_proj.weight", ".q_proj.bias", ".k_proj.weight", ".k_proj.bias"});
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

Result<std::span<const std::byte>> Checkpoint::raw(const TensorEntry& tensor) const
{
    if (isPermuted(m_format, m_config, tensor.name))
        return fail(ErrorCode::UnsupportedFormat,
                    "the rows of '" + tensor.name + "' are stored in another order; read() puts them right.");
    return m_files.at(tensor.file)->range(tensor.offset, tensor.bytes);
}

} // namespace driftscope::checkpoint
