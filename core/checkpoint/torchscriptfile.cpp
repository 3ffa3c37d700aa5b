// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/torchscriptfile.h"

#include "core/checkpoint/mappedfile.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace driftscope::checkpoint {

namespace {

constexpr std::string_view localMagic = "PK\x03\x04"; // how a zip file begins

template<typename T>
T numberAt(std::span<const std::byte> bytes, std::uint64_t at)
{
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

/// Where the table of contents stands.
struct Directory {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

/// The 64-bit record that replaces fields of 32 bits which overflow; `locatorAt` is where its locator should end.
std::optional<Directory> directory64(std::span<const std::byte> file, std::uint64_t locatorEnd)
{
    constexpr std::uint64_t locatorBytes = 20;
    constexpr std::uint64_t recordBytes = 56;
    if (locatorEnd < locatorBytes || numberAt<std::uint32_t>(file, locatorEnd - locatorBytes) != 0x07064B50U)
        return std::nullopt;
    const auto record = numberAt<std::uint64_t>(file, locatorEnd - locatorBytes + 8);
    if (file.size() < recordBytes || record > file.size() - recordBytes
        || numberAt<std::uint32_t>(file, record) != 0x06064B50U)
        return std::nullopt;
    return Directory {numberAt<std::uint64_t>(file, record + 48), numberAt<std::uint64_t>(file, record + 40)};
}

/// Source   PKWARE's APPNOTE.TXT 4.3.12 to 4.3.16.
std::optional<Directory> findDirectory(std::span<const std::byte> file)
{
    constexpr std::uint64_t endBytes = 22;
    constexpr std::uint64_t longestComment = 65'535;
    if (file.size() < endBytes)
        return std::nullopt;
    const std::uint64_t last = file.size() - endBytes;
    const std::uint64_t first = last > longestComment ? last - longestComment : 0;
    for (std::uint64_t at = last + 1; at-- > first;) {
        if (numberAt<std::uint32_t>(file, at) != 0x06054B50U)
            continue;
        Directory found {numberAt<std::uint32_t>(file, at + 16), numberAt<std::uint32_t>(file, at + 12)};
        if (found.offset == UINT32_MAX || found.size == UINT32_MAX) {
            const auto wide = directory64(file, at);
            if (!wide)
                return std::nullopt;
            found = *wide;
        }
        if (found.offset > file.size() || found.size > file.size() - found.offset)
            return std::nullopt;
        return found;
    }
    return std::nullopt;
}

/// What the names in the table of contents say.
struct Contents {
    bool hasCode = false;
    bool hasConstants = false;
    std::uint64_t tensorBytes = 0;
};

/// Names begin with one folder, which is called as the file was: "model/code/__torch__.py", "model/data/0".
void addEntry(std::string_view name, std::uint64_t bytes, Contents& contents)
{
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos)
        return;
    const std::string_view inside = name.substr(slash + 1);
    contents.hasCode = contents.hasCode || inside.starts_with("code/");
    contents.hasConstants = contents.hasConstants || inside == "constants.pkl";
    if (inside.starts_with("data/") || inside.starts_with("constants/"))
        contents.tensorBytes += bytes; // 32 bits each: the sum cannot overflow
}

std::optional<Contents> readContents(std::span<const std::byte> directory)
{
    constexpr std::uint64_t entryBytes = 46;
    Contents contents;
    while (!directory.empty()) {
        if (directory.size() < entryBytes || numberAt<std::uint32_t>(directory, 0) != 0x02014B50U)
            return std::nullopt;
        const std::uint64_t nameBytes = numberAt<std::uint16_t>(directory, 28);
        const std::uint64_t size =
            entryBytes + nameBytes + numberAt<std::uint16_t>(directory, 30) + numberAt<std::uint16_t>(directory, 32);
        if (size > directory.size())
            return std::nullopt;
        const std::string_view name(reinterpret_cast<const char*>(directory.data()) + entryBytes, nameBytes);
        addEntry(name, numberAt<std::uint32_t>(directory, 24), contents);
        directory = directory.subspan(size);
    }
    return contents;
}

bool beginsAsZip(std::span<const std::byte> bytes)
{
    return bytes.size() >= localMagic.size() && std::memcmp(bytes.data(), localMagic.data(), localMagic.size()) == 0;
}

} // namespace

Result<TorchScriptFile> TorchScriptFile::inspect(const std::filesystem::path& path)
{
    DRIFTSCOPE_TRY(const auto file, MappedFile::open(path));
    const auto bytes = file->bytes();
    const auto refuse = [&path](const std::string& problem) {
        return fail(ErrorCode::UnsupportedFormat,
                    path.string() + ": " + problem
                        + ", so it is not opened; export the model with torch.jit.save, or convert it to safetensors "
                          "(save_pretrained of transformers does that).");
    };
    if (!beginsAsZip(bytes))
        return refuse("weights in pickle files can run code when read");
    const auto directory = findDirectory(bytes);
    const auto contents = directory ? readContents(bytes.subspan(directory->offset, directory->size)) : std::nullopt;
    if (!contents)
        return fail(ErrorCode::Truncated,
                    path.string() + ": the table of contents at its end is missing or damaged; fetch the file again.");
    if (!contents->hasCode || !contents->hasConstants)
        return refuse("this is no TorchScript archive but a pickle, which can run code when read");
    return TorchScriptFile {bytes.size(), contents->tensorBytes};
}

bool looksLikeTorchScript(const std::filesystem::path& path)
{
    const std::string ending = path.extension().string();
    if (ending != ".pt" && ending != ".pth" && ending != ".ts")
        return false;
    std::array<char, localMagic.size()> begin {};
    std::ifstream file(path, std::ios::binary);
    return file.read(begin.data(), begin.size()) && std::string_view(begin.data(), begin.size()) == localMagic;
}

} // namespace driftscope::checkpoint
