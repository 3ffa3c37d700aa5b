// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/modelconfig.h"
#include "core/checkpoint/tensorindex.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::checkpoint {

class MappedFile;

/// A Hugging Face folder or a GGUF file as one thing: its config and its tensors under the names of Hugging Face
/// ("model.layers.0.self_attn.q_proj.weight"), read from headers only. Immutable; threads may share it.
class Checkpoint
{
public:
    enum class Format : std::uint8_t { HuggingFace, Gguf };

    /// Opens a folder (config.json with model.safetensors, or shards with their index) or a .gguf file (or a folder
    /// that holds exactly one). Checks that every tensor that the config needs is there with the right shape.
    ///
    /// @retval ErrorCode::NotFound             nothing there; the message says which file is missing.
    /// @retval ErrorCode::UnknownArchitecture  a family that the program cannot run; the message lists those it can.
    /// Other codes name what is wrong with which file.
    [[nodiscard]] static Result<std::shared_ptr<const Checkpoint>> open(const std::filesystem::path& path);

    [[nodiscard]] Format format() const { return m_format; }
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] const ModelConfig& config() const { return m_config; }
    [[nodiscard]] const std::vector<TensorEntry>& tensors() const { return m_tensors; }
    /// The tensor with this Hugging Face name, or null.
    [[nodiscard]] const TensorEntry* find(std::string_view name) const;
    /// Bytes of all weight files.
    [[nodiscard]] std::uint64_t bytes() const { return m_bytes; }
    /// All files that make the checkpoint (weights, config), for hashing.
    [[nodiscard]] std::vector<std::filesystem::path> files() const;

    /// A tensor's values widened to fp32, row-major, with the rows in the order of Hugging Face (the row permutation of
    /// q and k in GGUF files of the llama and smollm3 architectures is undone). Norms are as stored: see
    /// ModelConfig::normsStoredMinusOne.
    ///
    /// @param values  tensor.valueCount() floats.
    /// @retval ErrorCode::Truncated     the file was cut short since it was opened.
    /// @retval ErrorCode::UnknownDtype  a quantisation that is not supported.
    [[nodiscard]] Result<> read(const TensorEntry& tensor, std::span<float> values) const;
    /// Some rows (over the first dimension) of a tensor of two dimensions or more, as read() gives them: large tensors
    /// can be read piece by piece and by several threads.
    ///
    /// @param values  count * (values a row) floats, where count is the number of rows from `firstRow` on.
    /// @retval ErrorCode::SizeMismatch  `values` are not whole rows of this tensor.
    /// Other errors as read().
    [[nodiscard]] Result<> readRows(const TensorEntry& tensor, std::int64_t firstRow, std::span<float> values) const;
    /// The stored bytes, or an error if read() would change them beyond widening (a permuted tensor).
    [[nodiscard]] Result<std::span<const std::byte>> raw(const TensorEntry& tensor) const;
    /// The file that holds a tensor.
    [[nodiscard]] const MappedFile& fileOf(const TensorEntry& tensor) const { return *m_files.at(tensor.file); }
    /// Whether no weight file was cut short or written to since it was opened; see MappedFile::checkUnchanged().
    [[nodiscard]] Result<> checkUnchanged() const;

private:
    friend class CheckpointOpener;
    Checkpoint() = default;

    Format m_format = Format::HuggingFace;
    std::filesystem::path m_path;
    ModelConfig m_config;
    std::vector<TensorEntry> m_tensors; // sorted by name
    std::vector<std::shared_ptr<const MappedFile>> m_files;
    std::vector<std::filesystem::path> m_otherFiles; // config.json, index
    std::uint64_t m_bytes = 0;
};

} // namespace driftscope::checkpoint
