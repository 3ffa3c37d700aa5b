// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/mappedfile.h"

#include "core/checkpoint/mappingguard_p.h"

#include <algorithm>
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

std::int64_t changeTime(const struct stat& status)
{
    return static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
}

tl::unexpected<Error> cutShort(const std::filesystem::path& path)
{
    return fail(ErrorCode::Truncated,
                path.string() + ": the file was cut short while it was in use; restore it and open it again.");
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
    file->m_changeTime = changeTime(status);
    if (file->m_size == 0)
        return std::shared_ptr<const MappedFile>(file); // an empty range cannot be mapped
    void* memory = ::mmap(nullptr, file->m_size, PROT_READ, MAP_SHARED, file->m_descriptor, 0);
    if (memory == MAP_FAILED) {
        file->m_size = 0;
        return tl::unexpected<Error>(openError(path, errno));
    }
    file->m_data = static_cast<const std::byte*>(memory);
    file->m_guard = std::make_unique<MappingGuard>(file->m_data, file->m_size);
    return std::shared_ptr<const MappedFile>(file);
}

MappedFile::~MappedFile()
{
    m_guard.reset();
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
        return cutShort(m_path);
    return bytes().subspan(offset, size);
}

Result<> MappedFile::checkUnchanged() const
{
    struct stat status = {};
    const bool isKnown = ::fstat(m_descriptor, &status) == 0;
    if (!isKnown || static_cast<std::uint64_t>(status.st_size) < m_size || (m_guard && m_guard->isTorn()))
        return cutShort(m_path);
    if (static_cast<std::uint64_t>(status.st_size) != m_size || changeTime(status) != m_changeTime)
        return fail(ErrorCode::Inconsistent,
                    m_path.string() + ": the file was changed while it was in use; load the checkpoint again.");
    return {};
}

bool MappedFile::isGuarded() const
{
    return m_guard && m_guard->isWatching();
}

void MappedFile::release(std::uint64_t offset, std::uint64_t size) const
{
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::uint64_t begin = (offset + page - 1) / page * page;
    const std::uint64_t end =
        offset < m_size ? (offset + std::min<std::uint64_t>(size, m_size - offset)) / page * page : 0;
    if (begin < end)
        ::madvise(const_cast<std::byte*>(m_data) + begin, end - begin, MADV_DONTNEED);
}

} // namespace driftscope::checkpoint
