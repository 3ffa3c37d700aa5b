// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/mappedfile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace driftscope::checkpoint {

namespace {

Error openError(const std::filesystem::path& path, int reason)
{
    const bool isMissing = reason == ENOENT || reason == ENOTDIR;
    return {isMissing ? ErrorCode::NotFound : ErrorCode::NotReadable,
            path.string()
                + (isMissing ? ": there is no such file."
                             : ": cannot be read: " + std::string(std::strerror(reason)) + ".")};
}

} // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path)
{
    const std::shared_ptr<MappedFile> file(new MappedFile);
    file->m_path = path;
    file->m_descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file->m_descriptor < 0)
        return tl::unexpected<Error>(openError(path, errno));
    struct stat status = {};
    if (::fstat(file->m_descriptor, &status) != 0)
        return tl::unexpected<Error>(openError(path, errno));
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::NotReadable, path.string() + ": is not a file; give the path of a file.");
    file->m_size = static_cast<std::size_t>(status.st_size);
    if (file->m_size == 0)
        return std::shared_ptr<const MappedFile>(file); // an empty range cannot be mapped
    void* memory = ::mmap(nullptr, file->m_size, PROT_READ, MAP_SHARED, file->m_descriptor, 0);
    if (memory == MAP_FAILED) {
        file->m_size = 0;
        return tl::unexpected<Error>(openError(path, errno));
    }
    file->m_data = static_cast<const std::byte*>(memory);
    return std::shared_ptr<const MappedFile>(file);
}

MappedFile::~MappedFile()
{
    if (m_data)
        ::munmap(const_cast<std::byte*>(m_data), m_size);
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<std::span<const std::byte>> MappedFile::range(std::uint64_t offset, std::uint64_t size) const
{
    if (offset > m_size || size > m_size - offset)
        return fail(ErrorCode::Truncated,
                    m_path.string() + ": ends at byte " + std::to_string(m_size) + ", but " + std::to_string(size)
                        + " bytes are expected at " + std::to_string(offset) + "; fetch the file again.");
    struct stat status = {};
    if (::fstat(m_descriptor, &status) != 0 || static_cast<std::uint64_t>(status.st_size) < offset + size)
        return fail(ErrorCode::Truncated,
                    m_path.string() + ": the file was cut short while it was in use; restore it and open it again.");
    return bytes().subspan(offset, size);
}

} // namespace driftscope::checkpoint
