// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <system_error>
#include <unistd.h>

namespace driftscope {

namespace {

tl::unexpected<Error> failWriting(const std::filesystem::path& path, int number)
{
    if (number == ENOSPC || number == EDQUOT || number == EFBIG)
        return fail(ErrorCode::DiskFull,
                    path.string() + ": the disk is full; free some space or choose another folder.");
    return fail(ErrorCode::NotWritable,
                path.string() + ": cannot be written (" + std::generic_category().message(number)
                    + "); choose another place.");
}

bool writeAll(int descriptor, std::string_view content)
{
    while (!content.empty()) {
        const ssize_t count = ::write(descriptor, content.data(), content.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(descriptor) == 0;
}

/// Length of the well-formed UTF-8 sequence at the front of `text`; 0 if there is none.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto isTail = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0U) == 0x80U; };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return isTail(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (!isTail(1) || !isTail(2))
            return 0;
        const bool isOverlong = lead == 0xE0 && byte(1) < 0xA0;
        const bool isSurrogate = lead == 0xED && byte(1) > 0x9F;
        return isOverlong || isSurrogate ? 0 : 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (!isTail(1) || !isTail(2) || !isTail(3))
            return 0;
        const bool isOverlong = lead == 0xF0 && byte(1) < 0x90;
        const bool isBeyond = lead == 0xF4 && byte(1) > 0x8F;
        return isOverlong || isBeyond ? 0 : 4;
    }
    return 0;
}

} // namespace

Result<std::string> readFile(const std::filesystem::path& path, std::uintmax_t maxBytes)
{
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return fail(ErrorCode::NotFound, path.string() + ": there is no such file.");
    if (std::filesystem::is_directory(path, error))
        return fail(ErrorCode::NotReadable, path.string() + ": this is a folder, not a file.");
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    if (!file)
        return fail(ErrorCode::NotReadable, path.string() + ": the file cannot be read; check its permissions.");
    std::string content;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (!error) {
        if (size > maxBytes)
            return fail(ErrorCode::TooLarge,
                        path.string() + ": the file has " + std::to_string(size) + " bytes; at most "
                            + std::to_string(maxBytes) + " are read.");
        content.reserve(size);
    }
    std::string block(1U << 16U, '\0');
    while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
        content.append(block, 0, count);
        if (content.size() > maxBytes)
            return fail(ErrorCode::TooLarge,
                        path.string() + ": the file is larger than " + std::to_string(maxBytes) + " bytes.");
    }
    if (std::ferror(file.get()) != 0)
        return fail(ErrorCode::NotReadable, path.string() + ": reading failed; check the disk.");
    return content;
}

Result<> writeFile(const std::filesystem::path& path, std::string_view content)
{
    const std::filesystem::path aside = path.string() + ".part" + std::to_string(::getpid());
    const int descriptor = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return failWriting(path, errno);
    const bool isWritten = writeAll(descriptor, content);
    const int writeError = errno;
    ::close(descriptor);
    if (isWritten && std::rename(aside.c_str(), path.c_str()) == 0)
        return {};
    const int number = isWritten ? errno : writeError;
    std::remove(aside.c_str());
    return failWriting(path, number);
}

std::string csvField(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

bool isUtf8(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

} // namespace driftscope
