// SPDX-License-Identifier: GPL-3.0-or-later
// Typed access to the metadata of a GgufFile.
#include "core/checkpoint/gguf.h"
#include "core/checkpoint/mappedfile.h"

namespace driftscope::checkpoint {

namespace {

std::string nameOf(const GgufFile& gguf)
{
    return gguf.file ? gguf.file->path().filename().string() : std::string("GGUF file");
}

Result<const GgufValue*> findValue(const GgufFile& gguf, std::string_view key)
{
    const auto found = gguf.metadata.find(key);
    if (found == gguf.metadata.end())
        return fail(ErrorCode::MissingField,
                    nameOf(gguf) + ": the metadata field '" + std::string(key) + "' is missing.");
    return &found->second;
}

tl::unexpected<Error> wrongType(const GgufFile& gguf, std::string_view key, std::string_view expected)
{
    return fail(ErrorCode::WrongType,
                nameOf(gguf) + ": the metadata field '" + std::string(key) + "' should be " + std::string(expected)
                    + ".");
}

template<typename T>
const T* arrayAt(const GgufFile& gguf, std::string_view key)
{
    const auto found = gguf.metadata.find(key);
    return found == gguf.metadata.end() ? nullptr : std::get_if<T>(&found->second);
}

} // namespace

Result<std::string> GgufFile::text(std::string_view key) const
{
    DRIFTSCOPE_TRY(const GgufValue* value, findValue(*this, key));
    if (const auto* found = std::get_if<std::string>(value))
        return *found;
    return wrongType(*this, key, "a text");
}

Result<std::int64_t> GgufFile::integer(std::string_view key) const
{
    DRIFTSCOPE_TRY(const GgufValue* value, findValue(*this, key));
    if (const auto* found = std::get_if<std::int64_t>(value))
        return *found;
    if (std::holds_alternative<std::uint64_t>(*value))
        return fail(ErrorCode::TooLarge,
                    nameOf(*this) + ": the metadata field '" + std::string(key) + "' is absurdly large.");
    return wrongType(*this, key, "a whole number");
}

Result<double> GgufFile::number(std::string_view key) const
{
    DRIFTSCOPE_TRY(const GgufValue* value, findValue(*this, key));
    if (const auto* real = std::get_if<double>(value))
        return *real;
    if (const auto* whole = std::get_if<std::int64_t>(value))
        return static_cast<double>(*whole);
    if (const auto* large = std::get_if<std::uint64_t>(value))
        return static_cast<double>(*large);
    return wrongType(*this, key, "a number");
}

Result<bool> GgufFile::boolean(std::string_view key) const
{
    DRIFTSCOPE_TRY(const GgufValue* value, findValue(*this, key));
    if (const auto* found = std::get_if<bool>(value))
        return *found;
    return wrongType(*this, key, "true or false");
}

const std::vector<std::string>* GgufFile::texts(std::string_view key) const
{
    return arrayAt<std::vector<std::string>>(*this, key);
}

const std::vector<std::int64_t>* GgufFile::integers(std::string_view key) const
{
    return arrayAt<std::vector<std::int64_t>>(*this, key);
}

const std::vector<double>* GgufFile::numbers(std::string_view key) const
{
    return arrayAt<std::vector<double>>(*this, key);
}

} // namespace driftscope::checkpoint
