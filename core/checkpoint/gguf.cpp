// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/gguf.h"

#include "core/base/textfile.h"
#include "core/checkpoint/mappedfile.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <set>
#include <type_traits>

namespace driftscope::checkpoint {

namespace {

static_assert(std::endian::native == std::endian::little, "GGUF values are read as little endian");

enum class ValueType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, Text, Array, U64, I64, F64 };

// Files that exist stay far below these; they bound what a hostile file of zeros can cost.
constexpr std::uint64_t maxArrayElements = 1ULL << 23; // of all arrays together; the largest vocabularies have 3e5
constexpr std::uint64_t maxTextBytes = 1ULL << 26;
constexpr std::uint64_t maxKeyBytes = 65'535; // of the format
constexpr int maxNesting = 8;
constexpr std::uint64_t minEntryBytes = 8 + 4 + 1; // key length, type, value
constexpr std::uint64_t minTensorBytes = 8 + 4 + 4 + 8; // name length, dimensions, type, offset
constexpr std::uint32_t maxDimensions = 4; // of the format

/// Smallest size of one value of a type in the file.
std::uint64_t minimumBytes(ValueType type)
{
    constexpr std::array<std::uint8_t, 13> sizes {1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8};
    return sizes[static_cast<std::size_t>(type)];
}

bool isInteger(ValueType type)
{
    return type <= ValueType::I32 || type == ValueType::U64 || type == ValueType::I64;
}

struct StoredType {
    std::uint32_t number;
    DType type;
};

constexpr std::array<StoredType, 21> storedTypes {{
    {0, DType::F32},   {1, DType::F16},   {2, DType::Q4_0},  {3, DType::Q4_1},    {6, DType::Q5_0},
    {7, DType::Q5_1},  {8, DType::Q8_0},  {10, DType::Q2_K}, {11, DType::Q3_K},   {12, DType::Q4_K},
    {13, DType::Q5_K}, {14, DType::Q6_K}, {15, DType::Q8_K}, {20, DType::IQ4_NL}, {23, DType::IQ4_XS},
    {24, DType::I8},   {25, DType::I16},  {26, DType::I32},  {27, DType::I64},    {28, DType::F64},
    {30, DType::BF16},
}};

struct RefusedType {
    std::uint32_t number;
    std::string_view name;
};

/// Types of the format that are not read: codebooks, ternary and microscaled ones, and what never stands in a file.
constexpr std::array<RefusedType, 13> refusedTypes {{
    {9, "Q8_1"},
    {16, "IQ2_XXS"},
    {17, "IQ2_XS"},
    {18, "IQ3_XXS"},
    {19, "IQ1_S"},
    {21, "IQ3_S"},
    {22, "IQ2_S"},
    {29, "IQ1_M"},
    {34, "TQ1_0"},
    {35, "TQ2_0"},
    {39, "MXFP4"},
    {40, "NVFP4"},
    {41, "Q1_0"},
}};

/// Reads a file front to back; every read is checked against the end of the file first.
class Reader
{
public:
    explicit Reader(const MappedFile& file)
        : m_bytes(file.bytes())
        , m_name(file.path().filename().string())
    {
    }

    std::uint64_t position() const { return m_position; }
    std::uint64_t remaining() const { return m_bytes.size() - m_position; }

    tl::unexpected<Error> error(ErrorCode code, const std::string& problem) const
    {
        return fail(code, m_name + ", byte " + std::to_string(m_position) + ": " + problem);
    }

    tl::unexpected<Error> ended(const std::string& what) const
    {
        return error(ErrorCode::Truncated, "the file ends inside " + what + "; fetch it again.");
    }

    template<typename T>
    Result<T> number(const std::string& what)
    {
        if (remaining() < sizeof(T))
            return ended(what);
        T value;
        std::memcpy(&value, m_bytes.data() + m_position, sizeof value);
        m_position += sizeof value;
        return value;
    }

    Result<> skip(std::uint64_t bytes, const std::string& what)
    {
        if (remaining() < bytes)
            return ended(what);
        m_position += bytes;
        return {};
    }

    /// The bytes of a string, still in the file.
    Result<std::string_view> textBytes(const std::string& what, std::uint64_t maximum)
    {
        DRIFTSCOPE_TRY(const auto length, number<std::uint64_t>("the length of " + what));
        if (length > remaining())
            return error(ErrorCode::Truncated,
                         what + " is said to have " + std::to_string(length) + " bytes, more than the file.");
        if (length > maximum)
            return error(ErrorCode::TooLarge,
                         what + " has " + std::to_string(length) + " bytes; more than " + std::to_string(maximum)
                             + " are not read.");
        const std::string_view text(reinterpret_cast<const char*>(m_bytes.data()) + m_position, length);
        m_position += length;
        return text;
    }

    Result<std::string> text(const std::string& what, std::uint64_t maximum = maxTextBytes)
    {
        DRIFTSCOPE_TRY(const auto bytes, textBytes(what, maximum));
        if (!isUtf8(bytes))
            return error(ErrorCode::InvalidUtf8, what + " is not UTF-8 text.");
        return std::string(bytes);
    }

    /// A number of things to come, each at least `eachBytes` long, that the rest of the file can hold.
    Result<std::uint64_t> checkedCount(std::uint64_t count, std::uint64_t eachBytes, const std::string& what) const
    {
        if (count > remaining() / eachBytes)
            return error(ErrorCode::Truncated,
                         std::to_string(count) + " " + what + " are announced, more than the file can hold.");
        return count;
    }

    Result<> spendElements(std::uint64_t count)
    {
        if (count > maxArrayElements - m_elements)
            return error(ErrorCode::TooLarge,
                         "the metadata arrays have more than " + std::to_string(maxArrayElements) + " elements.");
        m_elements += count;
        return {};
    }

private:
    std::span<const std::byte> m_bytes;
    std::string m_name;
    std::uint64_t m_position = 0;
    std::uint64_t m_elements = 0;
};

Result<ValueType> readValueType(Reader& reader, const std::string& key)
{
    DRIFTSCOPE_TRY(const auto number, reader.number<std::uint32_t>("the type of '" + key + "'"));
    if (number > static_cast<std::uint32_t>(ValueType::F64))
        return reader.error(ErrorCode::UnknownType,
                            "'" + key + "' has the unknown value type " + std::to_string(number) + ".");
    return static_cast<ValueType>(number);
}

template<typename T>
Result<std::int64_t> readWidened(Reader& reader, const std::string& what)
{
    DRIFTSCOPE_TRY(const T value, reader.number<T>(what));
    if constexpr (std::is_same_v<T, std::uint64_t>)
        return static_cast<std::int64_t>(
            std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max())); // saturates: absurd either way
    else
        return static_cast<std::int64_t>(value);
}

Result<std::int64_t> readInteger(Reader& reader, ValueType type, const std::string& what)
{
    switch (type) {
    case ValueType::U8:
        return readWidened<std::uint8_t>(reader, what);
    case ValueType::I8:
        return readWidened<std::int8_t>(reader, what);
    case ValueType::U16:
        return readWidened<std::uint16_t>(reader, what);
    case ValueType::I16:
        return readWidened<std::int16_t>(reader, what);
    case ValueType::U32:
        return readWidened<std::uint32_t>(reader, what);
    case ValueType::I32:
        return readWidened<std::int32_t>(reader, what);
    case ValueType::U64:
        return readWidened<std::uint64_t>(reader, what);
    default:
        return readWidened<std::int64_t>(reader, what);
    }
}

Result<double> readReal(Reader& reader, ValueType type, const std::string& what)
{
    if (type == ValueType::F64)
        return reader.number<double>(what);
    DRIFTSCOPE_TRY(const float value, reader.number<float>(what));
    return static_cast<double>(value);
}

Result<bool> readBoolean(Reader& reader, const std::string& what)
{
    DRIFTSCOPE_TRY(const auto value, reader.number<std::uint8_t>(what));
    if (value > 1)
        return reader.error(ErrorCode::BadValue,
                            what + " should be true or false, but its byte is " + std::to_string(value) + ".");
    return value == 1;
}

struct ArrayHead {
    ValueType type = ValueType::U8;
    std::uint64_t count = 0;
};

Result<ArrayHead> readArrayHead(Reader& reader, const std::string& key)
{
    ArrayHead head;
    DRIFTSCOPE_TRY(head.type, readValueType(reader, key));
    DRIFTSCOPE_TRY(const auto announced, reader.number<std::uint64_t>("the length of '" + key + "'"));
    DRIFTSCOPE_TRY(head.count, reader.checkedCount(announced, minimumBytes(head.type), "elements of '" + key + "'"));
    DRIFTSCOPE_CHECK(reader.spendElements(head.count));
    return head;
}

/// Arrays of arrays occur in no file that we use: walked over, without recursion deeper than maxNesting.
Result<> skipNestedArrays(Reader& reader, const std::string& key, std::uint64_t count, int depth)
{
    if (depth > maxNesting)
        return reader.error(ErrorCode::NestingTooDeep,
                            "'" + key + "' nests arrays deeper than " + std::to_string(maxNesting) + " levels.");
    for (std::uint64_t i = 0; i < count; ++i) {
        DRIFTSCOPE_TRY(const auto head, readArrayHead(reader, key));
        if (head.type == ValueType::Array) {
            DRIFTSCOPE_CHECK(skipNestedArrays(reader, key, head.count, depth + 1));
        } else if (head.type == ValueType::Text) {
            for (std::uint64_t j = 0; j < head.count; ++j)
                DRIFTSCOPE_CHECK(reader.textBytes("a text of '" + key + "'", maxTextBytes));
        } else {
            DRIFTSCOPE_CHECK(reader.skip(head.count * minimumBytes(head.type), "'" + key + "'"));
        }
    }
    return {};
}

Result<GgufValue> readArray(Reader& reader, const std::string& key)
{
    DRIFTSCOPE_TRY(const auto head, readArrayHead(reader, key));
    const std::string what = "an element of '" + key + "'";
    if (head.type == ValueType::Array) {
        DRIFTSCOPE_CHECK(skipNestedArrays(reader, key, head.count, 2));
        return GgufValue {};
    }
    if (head.type == ValueType::Text) {
        std::vector<std::string> texts;
        texts.reserve(head.count);
        for (std::uint64_t i = 0; i < head.count; ++i) {
            DRIFTSCOPE_TRY(auto element, reader.text(what));
            texts.push_back(std::move(element));
        }
        return GgufValue {std::move(texts)};
    }
    if (head.type == ValueType::F32 || head.type == ValueType::F64) {
        std::vector<double> numbers(head.count);
        for (double& number : numbers) {
            DRIFTSCOPE_TRY(number, readReal(reader, head.type, what));
        }
        return GgufValue {std::move(numbers)};
    }
    std::vector<std::int64_t> integers(head.count);
    for (std::int64_t& integer : integers) {
        if (head.type == ValueType::Bool) {
            DRIFTSCOPE_TRY(const bool value, readBoolean(reader, what));
            integer = value ? 1 : 0;
        } else {
            DRIFTSCOPE_TRY(integer, readInteger(reader, head.type, what));
        }
    }
    return GgufValue {std::move(integers)};
}

Result<GgufValue> readValue(Reader& reader, ValueType type, const std::string& key)
{
    const std::string what = "the value of '" + key + "'";
    if (type == ValueType::Array)
        return readArray(reader, key);
    if (type == ValueType::Text) {
        DRIFTSCOPE_TRY(auto value, reader.text(what));
        return GgufValue {std::move(value)};
    }
    if (type == ValueType::Bool) {
        DRIFTSCOPE_TRY(const bool value, readBoolean(reader, what));
        return GgufValue {value};
    }
    if (type == ValueType::U64) {
        DRIFTSCOPE_TRY(const auto value, reader.number<std::uint64_t>(what));
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return GgufValue {value};
        return GgufValue {static_cast<std::int64_t>(value)};
    }
    if (isInteger(type)) {
        DRIFTSCOPE_TRY(const auto value, readInteger(reader, type, what));
        return GgufValue {value};
    }
    DRIFTSCOPE_TRY(const double value, readReal(reader, type, what));
    return GgufValue {value};
}

Result<> readMagicAndVersion(Reader& reader, GgufFile& gguf)
{
    DRIFTSCOPE_TRY(const auto magic, reader.number<std::uint32_t>("the first four bytes"));
    if (magic != 0x46554747U) // "GGUF"
        return reader.error(ErrorCode::BadMagic, "this is not a GGUF file: it does not begin with 'GGUF'.");
    DRIFTSCOPE_TRY(gguf.version, reader.number<std::uint32_t>("the version"));
    if (gguf.version == 2 || gguf.version == 3)
        return {};
    if ((gguf.version & 0xFFFFU) == 0 && gguf.version != 0)
        return reader.error(ErrorCode::UnsupportedVersion,
                            "this GGUF file is big-endian; convert it with gguf-convert-endian.");
    return reader.error(ErrorCode::UnsupportedVersion,
                        "this is GGUF version " + std::to_string(gguf.version)
                            + "; versions 2 and 3 can be read, convert the model again.");
}

Result<> readMetadata(Reader& reader, GgufFile& gguf, std::uint64_t count)
{
    for (std::uint64_t i = 0; i < count; ++i) {
        DRIFTSCOPE_TRY(auto key, reader.text("a metadata key", maxKeyBytes));
        if (gguf.has(key))
            return reader.error(ErrorCode::DuplicateKey, "the metadata key '" + key + "' occurs twice.");
        DRIFTSCOPE_TRY(const auto type, readValueType(reader, key));
        DRIFTSCOPE_TRY(auto value, readValue(reader, type, key));
        gguf.metadata.emplace(std::move(key), std::move(value));
    }
    return {};
}

/// The dimensions, outermost first, with a product that fits 63 bits.
Result<std::vector<std::int64_t>> readShape(Reader& reader, const std::string& name)
{
    DRIFTSCOPE_TRY(const auto dimensions, reader.number<std::uint32_t>("the dimensions of '" + name + "'"));
    if (dimensions == 0 || dimensions > maxDimensions)
        return reader.error(ErrorCode::BadShape,
                            "the tensor '" + name + "' has " + std::to_string(dimensions)
                                + " dimensions; 1 to 4 are possible.");
    std::vector<std::int64_t> shape;
    std::int64_t product = 1;
    for (std::uint32_t i = 0; i < dimensions; ++i) {
        DRIFTSCOPE_TRY(const auto size, reader.number<std::uint64_t>("the shape of '" + name + "'"));
        if (size == 0)
            return reader.error(ErrorCode::BadShape, "the tensor '" + name + "' has a dimension of size 0.");
        if (__builtin_mul_overflow(product, size, &product))
            return reader.error(ErrorCode::SizeOverflow, "the shape of '" + name + "' exceeds 64 bits.");
        shape.push_back(static_cast<std::int64_t>(size));
    }
    std::ranges::reverse(shape); // the file has the innermost first
    return shape;
}

Result<DType> readDType(Reader& reader, const std::string& name)
{
    DRIFTSCOPE_TRY(const auto number, reader.number<std::uint32_t>("the type of the tensor '" + name + "'"));
    const auto* found = std::ranges::find(storedTypes, number, &StoredType::number);
    if (const auto* refused = std::ranges::find(refusedTypes, number, &RefusedType::number);
        refused != refusedTypes.end())
        return reader.error(ErrorCode::UnknownDtype,
                            "the tensor '" + name + "' is stored as " + std::string(refused->name)
                                + ", which is not read; use F16, BF16, Q8_0 or Q4_K.");
    if (found == storedTypes.end())
        return reader.error(ErrorCode::UnknownType,
                            "the tensor '" + name + "' has the type " + std::to_string(number)
                                + ", which is not known; use F16, BF16, Q8_0 or Q4_K.");
    return found->type;
}

/// One entry of the tensor list; its offset still counts from the start of the data.
Result<TensorEntry> readTensor(Reader& reader, std::uint64_t alignment)
{
    TensorEntry tensor;
    DRIFTSCOPE_TRY(tensor.name, reader.text("a tensor's name", maxKeyBytes));
    DRIFTSCOPE_TRY(tensor.shape, readShape(reader, tensor.name));
    DRIFTSCOPE_TRY(tensor.type, readDType(reader, tensor.name));
    const BlockLayout layout = blockLayout(tensor.type);
    if (tensor.shape.back() % layout.values != 0)
        return reader.error(ErrorCode::BadShape,
                            "the rows of '" + tensor.name + "' have " + std::to_string(tensor.shape.back())
                                + " values; " + std::string(dtypeName(tensor.type)) + " needs a multiple of "
                                + std::to_string(layout.values) + ".");
    if (__builtin_mul_overflow(tensor.valueCount() / layout.values, layout.bytes, &tensor.bytes)
        || tensor.bytes > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return reader.error(ErrorCode::SizeOverflow, "the size of '" + tensor.name + "' exceeds 64 bits.");
    DRIFTSCOPE_TRY(tensor.offset, reader.number<std::uint64_t>("the offset of '" + tensor.name + "'"));
    if (tensor.offset % alignment != 0)
        return reader.error(ErrorCode::Misaligned,
                            "the tensor '" + tensor.name + "' is at offset " + std::to_string(tensor.offset)
                                + ", which is no multiple of " + std::to_string(alignment) + ".");
    return tensor;
}

Result<std::uint64_t> alignmentOf(const Reader& reader, const GgufFile& gguf)
{
    constexpr std::uint64_t defaultAlignment = 32;
    const auto found = gguf.metadata.find("general.alignment");
    if (found == gguf.metadata.end())
        return defaultAlignment;
    if (!std::holds_alternative<std::int64_t>(found->second) && !std::holds_alternative<std::uint64_t>(found->second))
        return reader.error(ErrorCode::WrongType, "general.alignment should be a whole number.");
    const auto* value = std::get_if<std::int64_t>(&found->second);
    if (!value || *value <= 0 || !std::has_single_bit(static_cast<std::uint64_t>(*value)))
        return reader.error(ErrorCode::BadAlignment, "general.alignment is not a power of two.");
    return static_cast<std::uint64_t>(*value);
}

/// Turns offsets into places in the file and checks that no tensor leaves it or shares bytes with another.
Result<> placeTensors(const Reader& reader, GgufFile& gguf, std::uint64_t alignment)
{
    const std::uint64_t fileSize = gguf.file->bytes().size();
    const std::uint64_t padding = (alignment - reader.position() % alignment) % alignment;
    for (TensorEntry& tensor : gguf.tensors) {
        const bool isInside = padding <= reader.remaining() && tensor.offset <= reader.remaining() - padding
            && tensor.bytes <= reader.remaining() - padding - tensor.offset;
        if (!isInside)
            return reader.error(ErrorCode::Truncated,
                                "the values of '" + tensor.name + "' reach beyond the end of the file ("
                                    + std::to_string(fileSize) + " bytes); fetch it again.");
        tensor.offset += reader.position() + padding;
    }
    std::vector<const TensorEntry*> byOffset;
    for (const TensorEntry& tensor : gguf.tensors)
        byOffset.push_back(&tensor);
    std::ranges::sort(byOffset, {}, &TensorEntry::offset);
    for (std::size_t i = 1; i < byOffset.size(); ++i)
        if (byOffset[i - 1]->offset + byOffset[i - 1]->bytes > byOffset[i]->offset)
            return reader.error(ErrorCode::BadOffsets,
                                "the tensors '" + byOffset[i - 1]->name + "' and '" + byOffset[i]->name
                                    + "' share bytes.");
    return {};
}

Result<> readTensors(Reader& reader, GgufFile& gguf, std::uint64_t count)
{
    DRIFTSCOPE_TRY(const auto alignment, alignmentOf(reader, gguf));
    DRIFTSCOPE_CHECK(reader.checkedCount(count, minTensorBytes, "tensors"));
    std::set<std::string, std::less<>> names;
    for (std::uint64_t i = 0; i < count; ++i) {
        DRIFTSCOPE_TRY(auto tensor, readTensor(reader, alignment));
        if (!names.insert(tensor.name).second)
            return reader.error(ErrorCode::DuplicateKey, "the tensor '" + tensor.name + "' occurs twice.");
        gguf.tensors.push_back(std::move(tensor));
    }
    return placeTensors(reader, gguf, alignment);
}

} // namespace

Result<GgufFile> GgufFile::open(const std::filesystem::path& path)
{
    GgufFile gguf;
    DRIFTSCOPE_TRY(gguf.file, MappedFile::open(path));
    Reader reader(*gguf.file);
    DRIFTSCOPE_CHECK(readMagicAndVersion(reader, gguf));
    DRIFTSCOPE_TRY(const auto tensorCount, reader.number<std::uint64_t>("the tensor count"));
    DRIFTSCOPE_TRY(const auto entryCount, reader.number<std::uint64_t>("the metadata count"));
    DRIFTSCOPE_CHECK(reader.checkedCount(tensorCount, minTensorBytes, "tensors"));
    DRIFTSCOPE_CHECK(reader.checkedCount(entryCount, minEntryBytes, "metadata entries"));
    DRIFTSCOPE_CHECK(readMetadata(reader, gguf, entryCount));
    DRIFTSCOPE_CHECK(readTensors(reader, gguf, tensorCount));
    return gguf;
}

} // namespace driftscope::checkpoint
