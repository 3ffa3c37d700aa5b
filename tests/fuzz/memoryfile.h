// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/checkpoint/tensorindex.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

/// What the fuzz targets share: files that lie in memory, and what must hold whatever a file says.
namespace driftscope::fuzz {

/// Stops the program, so that the fuzzer keeps the input, if what must hold does not.
void require(bool holds, std::string_view what);

/// The message of an error must be a sentence that can be shown: not empty, UTF-8; the code not Internal.
void requireGoodError(const Error& error);

/// True if there is a value; otherwise its error must be a good one.
template<typename T>
bool isGood(const Result<T>& result)
{
    if (!result)
        requireGoodError(result.error());
    return result.has_value();
}

/// Makes `name` of the file folder hold these bytes until the next call for the same file; nothing is left on disk.
/// All names but adapter_model.safetensors are the same file.
std::filesystem::path fileInMemory(std::string_view name, std::string_view bytes);
/// Where fileInMemory() puts its files.
std::filesystem::path fileFolder();

/// Tensors must lie inside a file of `file.size()` bytes; the first rows are read.
void requireReadableTensors(std::span<const std::byte> file, const std::vector<checkpoint::TensorEntry>& tensors);

/// The input as text.
inline std::string_view asText(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

} // namespace driftscope::fuzz

/// One input of the fuzzer. Returns 0, or -1 if the input should not be kept.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
