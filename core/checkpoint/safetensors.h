// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/tensorindex.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace driftscope::checkpoint {

class MappedFile;

/// One .safetensors file: where its tensors are, in the order of their offsets. The whole header is checked: the
/// tensors fill the data without holes, overlap or bytes left over, and each is as long as its shape and type say.
struct SafetensorsFile {
    std::shared_ptr<const MappedFile> file;
    std::vector<TensorEntry> tensors; ///< TensorEntry::file is 0
    std::map<std::string, std::string> metadata;

    /// @retval ErrorCode::Truncated, HeaderTooLarge, BadJson, InvalidUtf8, DuplicateKey, BadHeader, UnknownDtype,
    ///         BadShape, SizeOverflow, SizeMismatch, BadOffsets  as their names say; the message holds the tensor.
    [[nodiscard]] static Result<SafetensorsFile> open(const std::filesystem::path& path);
};

/// The tensors of a Hugging Face folder: one file, or shards joined by their index.
struct SafetensorsSet {
    std::vector<std::shared_ptr<const MappedFile>> files;
    std::vector<TensorEntry> tensors; ///< TensorEntry::file is the position in `files`
    std::filesystem::path index; ///< empty if there is only one file
};

/// Opens model.safetensors or, if there is none, the shards that model.safetensors.index.json names.
///
/// @retval ErrorCode::NotFound           neither is there, or a shard is missing; the message names it.
/// @retval ErrorCode::UnsupportedFormat  only pytorch_model.bin is there, which is not read because it can run code.
/// Other codes as SafetensorsFile::open(), or what is wrong with the index.
[[nodiscard]] Result<SafetensorsSet> openSafetensorsFolder(const std::filesystem::path& folder);

/// Opens the shards that an index file names. Same errors.
[[nodiscard]] Result<SafetensorsSet> openSafetensorsIndex(const std::filesystem::path& index);

} // namespace driftscope::checkpoint
