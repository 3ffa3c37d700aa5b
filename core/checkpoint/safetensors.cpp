// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/safetensors.h"

#include "core/base/jsonfield.h"
#include "core/base/textfile.h"
#include "core/checkpoint/mappedfile.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>

namespace driftscope::checkpoint {

namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "the header length is read as little endian");

constexpr std::uint64_t maxHeaderBytes = 100'000'000; // of the format
constexpr std::uint64_t lengthBytes = 8;

/// A whole number beyond 64 bits: the JSON parser turns it into a real number.
bool isBeyond64Bits(const json& number)
{
    constexpr double limit = 18446744073709551616.0; // 2^64
    return number.is_number_float() && number.get<double>() >= limit;
}

/// Makes the messages of one file's header: "model.safetensors, tensor 'w': ...".
class HeaderReader
{
public:
    explicit HeaderReader(std::string origin)
        : m_origin(std::move(origin))
    {
    }

    tl::unexpected<Error> error(ErrorCode code, const std::string& problem) const
    {
        return fail(code, m_origin + (m_tensor.empty() ? ": " : ", tensor '" + m_tensor + "': ") + problem);
    }

    Result<std::string_view> text(const MappedFile& file) const;
    Result<std::map<std::string, std::string>> metadata(const json& value) const;
    Result<TensorEntry> tensor(const std::string& name, const json& value);
    Result<> checkPlaces(std::vector<TensorEntry>& tensors, std::uint64_t dataBytes) const;
    const std::string& origin() const { return m_origin; }

private:
    Result<DType> dtype(const json& value) const;
    Result<std::vector<std::int64_t>> shape(const json& value) const;
    Result<> readOffsets(const json& value, TensorEntry& tensor) const;
    Result<const json*> field(const json& value, const char* name) const;
    Result<> checkSize(const TensorEntry& tensor) const;

    std::string m_origin;
    std::string m_tensor;
};

Result<std::string_view> HeaderReader::text(const MappedFile& file) const
{
    const auto bytes = file.bytes();
    if (bytes.size() < lengthBytes)
        return error(ErrorCode::Truncated,
                     "the file has " + std::to_string(bytes.size())
                         + " bytes, not even the length of its header; fetch it again.");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    if (length > maxHeaderBytes)
        return error(ErrorCode::HeaderTooLarge,
                     "the header is said to have " + std::to_string(length)
                         + " bytes; this is not a safetensors file.");
    if (length > bytes.size() - lengthBytes)
        return error(ErrorCode::Truncated, "the file ends inside its header; fetch it again.");
    return std::string_view(reinterpret_cast<const char*>(bytes.data()) + lengthBytes, length);
}

Result<std::map<std::string, std::string>> HeaderReader::metadata(const json& value) const
{
    std::map<std::string, std::string> entries;
    if (!value.is_object())
        return error(ErrorCode::BadHeader, "__metadata__ should map texts to texts.");
    for (const auto& [key, entry] : value.items()) {
        if (!entry.is_string())
            return error(ErrorCode::BadHeader, "__metadata__ should map texts to texts, but '" + key + "' is no text.");
        entries.emplace(key, entry.get<std::string>());
    }
    return entries;
}

Result<const json*> HeaderReader::field(const json& value, const char* name) const
{
    const auto found = value.find(name);
    if (found == value.end())
        return error(ErrorCode::BadHeader, std::string("the field '") + name + "' is missing.");
    return &*found;
}

Result<DType> HeaderReader::dtype(const json& value) const
{
    constexpr std::array known {DType::F64, DType::F32, DType::F16, DType::BF16, DType::I64,    DType::I32,
                                DType::I16, DType::I8,  DType::U8,  DType::Bool, DType::F8E4M3, DType::F8E5M2};
    if (!value.is_string())
        return error(ErrorCode::BadHeader, "the dtype is no text.");
    const auto& name = value.get_ref<const std::string&>();
    const auto* found = std::ranges::find(known, std::string_view(name), &dtypeName);
    if (found == known.end())
        return error(ErrorCode::UnknownDtype, "the dtype '" + name + "' is not known.");
    return *found;
}

Result<std::vector<std::int64_t>> HeaderReader::shape(const json& value) const
{
    if (!value.is_array())
        return error(ErrorCode::BadHeader, "the shape is no list.");
    std::vector<std::int64_t> sizes;
    for (const json& size : value) {
        if (isBeyond64Bits(size))
            return error(ErrorCode::SizeOverflow, "the shape exceeds 64 bits.");
        if (!size.is_number_integer())
            return error(ErrorCode::BadHeader, "the shape holds something that is no whole number.");
        if (!size.is_number_unsigned())
            return error(ErrorCode::BadShape, "the shape has the negative size " + size.dump() + ".");
        if (size.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return error(ErrorCode::SizeOverflow, "the shape exceeds 64 bits.");
        sizes.push_back(size.get<std::int64_t>());
    }
    return sizes;
}

Result<> HeaderReader::readOffsets(const json& value, TensorEntry& tensor) const
{
    if (value.is_array() && value.size() == 2 && (isBeyond64Bits(value[0]) || isBeyond64Bits(value[1])))
        return error(ErrorCode::Truncated, "data_offsets exceed 64 bits, far beyond the end of the file.");
    if (!value.is_array() || value.size() != 2 || !value[0].is_number_integer() || !value[1].is_number_integer())
        return error(ErrorCode::BadHeader, "data_offsets should be two whole numbers.");
    if (!value[0].is_number_unsigned() || !value[1].is_number_unsigned())
        return error(ErrorCode::BadOffsets, "data_offsets are negative.");
    const auto begin = value[0].get<std::uint64_t>();
    const auto end = value[1].get<std::uint64_t>();
    if (end < begin)
        return error(ErrorCode::BadOffsets, "data_offsets end before they begin.");
    tensor.offset = begin;
    tensor.bytes = end - begin;
    return {};
}

Result<> HeaderReader::checkSize(const TensorEntry& tensor) const
{
    // An empty tensor has no bytes, however large its other sizes are; the rest may still not overflow valueCount().
    std::int64_t product = blockLayout(tensor.type).bytes;
    bool isEmpty = false;
    for (const std::int64_t size : tensor.shape) {
        isEmpty = isEmpty || size == 0;
        if (__builtin_mul_overflow(product, std::max<std::int64_t>(size, 1), &product))
            return error(ErrorCode::SizeOverflow, "its shape exceeds 64 bits.");
    }
    const std::uint64_t expected = isEmpty ? 0 : static_cast<std::uint64_t>(product);
    if (expected != tensor.bytes)
        return error(ErrorCode::SizeMismatch,
                     "shape and dtype need " + std::to_string(expected) + " bytes, data_offsets span "
                         + std::to_string(tensor.bytes) + ".");
    return {};
}

Result<TensorEntry> HeaderReader::tensor(const std::string& name, const json& value)
{
    m_tensor = name;
    TensorEntry entry;
    entry.name = name;
    if (!value.is_object())
        return error(ErrorCode::BadHeader, "its entry is no object.");
    DRIFTSCOPE_TRY(const json* dtypeField, field(value, "dtype"));
    DRIFTSCOPE_TRY(const json* shapeField, field(value, "shape"));
    DRIFTSCOPE_TRY(const json* offsetsField, field(value, "data_offsets"));
    DRIFTSCOPE_TRY(entry.type, dtype(*dtypeField));
    DRIFTSCOPE_TRY(entry.shape, shape(*shapeField));
    DRIFTSCOPE_CHECK(readOffsets(*offsetsField, entry));
    DRIFTSCOPE_CHECK(checkSize(entry));
    m_tensor.clear();
    return entry;
}

Result<> HeaderReader::checkPlaces(std::vector<TensorEntry>& tensors, std::uint64_t dataBytes) const
{
    std::ranges::sort(tensors, [](const TensorEntry& a, const TensorEntry& b) {
        return std::pair(a.offset, a.bytes) < std::pair(b.offset, b.bytes);
    });
    for (const TensorEntry& tensor : tensors)
        if (tensor.offset > dataBytes || tensor.bytes > dataBytes - tensor.offset)
            return error(ErrorCode::Truncated, "the tensor '" + tensor.name + "' ends after the file; fetch it again.");
    std::uint64_t end = 0;
    for (const TensorEntry& tensor : tensors) {
        if (tensor.offset != end)
            return error(ErrorCode::BadOffsets,
                         tensor.offset < end
                             ? "the tensor '" + tensor.name + "' shares bytes with another one."
                             : "there are bytes before '" + tensor.name + "' that belong to no tensor.");
        end += tensor.bytes;
    }
    if (end != dataBytes)
        return error(ErrorCode::BadOffsets,
                     std::to_string(dataBytes - end) + " bytes after the last tensor belong to no tensor.");
    return {};
}

/// A shard's name from the index: a plain file name, so that an index cannot point anywhere else.
bool isPlainFileName(const std::string& name)
{
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos
        && name.find('\0') == std::string::npos;
}

Result<std::map<std::string, std::string>> readWeightMap(const std::filesystem::path& index)
{
    constexpr std::uintmax_t maxIndexBytes = 100'000'000;
    const std::string origin = index.filename().string();
    DRIFTSCOPE_TRY(const std::string text, readFile(index, maxIndexBytes));
    DRIFTSCOPE_TRY(const json parsed, parseJson(text, origin, {.maxDepth = 64, .rejectDuplicateKeys = true}));
    JsonField root(parsed, origin);
    JsonField weights = root.object("weight_map");
    DRIFTSCOPE_CHECK(root.status());
    std::map<std::string, std::string> fileOf;
    for (const auto& [tensor, file] : weights.value().items()) {
        if (!file.is_string())
            return fail(ErrorCode::WrongType, weights.where() + ": the file of '" + tensor + "' should be a text.");
        if (!isPlainFileName(file.get<std::string>()))
            return fail(ErrorCode::BadValue,
                        weights.where() + ": '" + file.get<std::string>()
                            + "' is not the name of a file in the same folder.");
        fileOf.emplace(tensor, file.get<std::string>());
    }
    return fileOf;
}

} // namespace

Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path)
{
    SafetensorsFile opened;
    DRIFTSCOPE_TRY(opened.file, MappedFile::open(path));
    HeaderReader reader(path.filename().string());
    DRIFTSCOPE_TRY(const auto text, reader.text(*opened.file));
    if (text.find('\0') != std::string_view::npos) // a parser may take it for the end
        return reader.error(ErrorCode::BadJson, "the header holds a NUL character, which is no JSON.");
    DRIFTSCOPE_TRY(const json header, parseJson(text, reader.origin(), {.maxDepth = 16, .rejectDuplicateKeys = true}));
    if (header.is_object() && !text.starts_with('{'))
        return reader.error(ErrorCode::BadHeader, "the header does not begin with '{'.");
    if (!header.is_object())
        return reader.error(ErrorCode::BadHeader, "the header is JSON but no object.");
    for (const auto& [name, value] : header.items()) {
        if (name == "__metadata__") {
            DRIFTSCOPE_TRY(opened.metadata, reader.metadata(value));
            continue;
        }
        DRIFTSCOPE_TRY(auto tensor, reader.tensor(name, value));
        opened.tensors.push_back(std::move(tensor));
    }
    const std::uint64_t dataStart = lengthBytes + text.size();
    DRIFTSCOPE_CHECK(reader.checkPlaces(opened.tensors, opened.file->bytes().size() - dataStart));
    for (TensorEntry& tensor : opened.tensors)
        tensor.offset += dataStart;
    return opened;
}

Result<SafetensorsSet> openSafetensorsIndex(const std::filesystem::path& index)
{
    SafetensorsSet set;
    set.index = index;
    DRIFTSCOPE_TRY(auto fileOf, readWeightMap(index));
    std::map<std::string, std::size_t> shards;
    for (const auto& [tensor, file] : fileOf)
        shards.emplace(file, 0);
    for (auto& [name, position] : shards) {
        auto shard = SafetensorsFile::open(index.parent_path() / name);
        if (!shard && shard.error().code == ErrorCode::NotFound)
            return fail(ErrorCode::NotFound,
                        (index.parent_path() / name).string()
                            + ": this part of the checkpoint is missing; "
                              "fetch it into the same folder.");
        if (!shard)
            return failFrom(shard);
        position = set.files.size();
        set.files.push_back(shard->file);
        for (TensorEntry& tensor : shard->tensors) {
            const auto found = fileOf.find(tensor.name);
            if (found == fileOf.end() || found->second != name)
                continue; // the index decides which copy counts
            tensor.file = position;
            set.tensors.push_back(std::move(tensor));
            fileOf.erase(found);
        }
    }
    if (!fileOf.empty())
        return fail(ErrorCode::Inconsistent,
                    index.filename().string() + ": the tensor '" + fileOf.begin()->first + "' should be in "
                        + fileOf.begin()->second + ", but is not.");
    return set;
}

Result<SafetensorsSet> openSafetensorsFolder(const std::filesystem::path& folder)
{
    std::error_code ignored;
    const auto single = folder / "model.safetensors";
    if (std::filesystem::exists(single, ignored)) {
        DRIFTSCOPE_TRY(auto opened, SafetensorsFile::open(single));
        return SafetensorsSet {{opened.file}, std::move(opened.tensors), {}};
    }
    const auto index = folder / "model.safetensors.index.json";
    if (std::filesystem::exists(index, ignored))
        return openSafetensorsIndex(index);
    for (const char* name : {"pytorch_model.bin", "pytorch_model.bin.index.json"})
        if (std::filesystem::exists(folder / name, ignored))
            return fail(ErrorCode::UnsupportedFormat,
                        (folder / name).string()
                            + ": weights in pickle files can run code when read, so they are not opened; "
                              "convert them to safetensors (save_pretrained of transformers does that).");
    return fail(ErrorCode::NotFound,
                folder.string() + ": there is neither model.safetensors nor model.safetensors.index.json.");
}

} // namespace driftscope::checkpoint
