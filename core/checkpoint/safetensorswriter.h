// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/dtype.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace driftscope::checkpoint {

/// A tensor to write: row-major, little endian, in the format's own type.
struct TensorToWrite {
    std::string name;
    DType type = DType::F32;
    std::vector<std::int64_t> shape; ///< outermost first; empty = a single value
    std::span<const std::byte> bytes; ///< of all values; outlives the call
};

/// Writes a .safetensors file beside its target and renames it, so that no half file is ever seen.
///
/// Tensors stand sorted by name: the same tensors give the same bytes.
/// @param metadata  texts for the header's "__metadata__".
/// @retval ErrorCode::DuplicateKey   two tensors have one name.
/// @retval ErrorCode::UnknownDtype   a type that the format does not know (GGUF's quantisations).
/// @retval ErrorCode::SizeMismatch   bytes do not fit shape and type.
/// @retval ErrorCode::NotWritable, DiskFull.
[[nodiscard]] Result<> writeSafetensors(const std::filesystem::path& path, std::vector<TensorToWrite> tensors,
                                        const std::map<std::string, std::string>& metadata = {});

} // namespace driftscope::checkpoint
