// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/safetensorswriter.h"

#include "core/base/textfile.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace driftscope::checkpoint {

namespace {

/// The format's name of a type, empty if it has none.
std::string_view formatName(DType type)
{
    switch (type) {
    case DType::F8E4M3:
        return "F8_E4M3";
    case DType::F8E5M2:
        return "F8_E5M2";
    case DType::Bool:
        return "BOOL";
    default:
        return blockLayout(type).values == 1 ? dtypeName(type) : std::string_view();
    }
}

Result<> check(const std::filesystem::path& path, const TensorToWrite& tensor)
{
    if (formatName(tensor.type).empty())
        return fail(ErrorCode::UnknownDtype,
                    path.string() + ", tensor '" + tensor.name + "': safetensors files have no type "
                        + std::string(dtypeName(tensor.type)) + "; widen it first.");
    std::int64_t bytes = blockLayout(tensor.type).bytes;
    for (const std::int64_t size : tensor.shape)
        bytes *= size;
    if (bytes != static_cast<std::int64_t>(tensor.bytes.size()))
        return fail(ErrorCode::SizeMismatch,
                    path.string() + ", tensor '" + tensor.name + "': its shape asks for " + std::to_string(bytes)
                        + " bytes, not " + std::to_string(tensor.bytes.size()) + ".");
    return {};
}

std::string headerOf(const std::vector<TensorToWrite>& tensors, const std::map<std::string, std::string>& metadata)
{
    nlohmann::json header = nlohmann::json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::size_t offset = 0;
    for (const TensorToWrite& tensor : tensors) {
        header[tensor.name] = {{"dtype", formatName(tensor.type)},
                               {"shape", tensor.shape},
                               {"data_offsets", {offset, offset + tensor.bytes.size()}}};
        offset += tensor.bytes.size();
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' '); // the data starts at a multiple of 8
    return text;
}

} // namespace

Result<> writeSafetensors(const std::filesystem::path& path, std::vector<TensorToWrite> tensors,
                          const std::map<std::string, std::string>& metadata)
{
    std::ranges::sort(tensors, {}, &TensorToWrite::name);
    const auto twice = std::ranges::adjacent_find(tensors, {}, &TensorToWrite::name);
    if (twice != tensors.end())
        return fail(ErrorCode::DuplicateKey, path.string() + ": two tensors are called '" + twice->name + "'.");
    for (const TensorToWrite& tensor : tensors)
        DRIFTSCOPE_CHECK(check(path, tensor));
    const std::string header = headerOf(tensors, metadata);
    const std::uint64_t length = header.size();
    std::string content(sizeof length, '\0');
    std::memcpy(content.data(), &length, sizeof length);
    content += header;
    for (const TensorToWrite& tensor : tensors)
        content.append(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
    return writeFile(path, content);
}

} // namespace driftscope::checkpoint
