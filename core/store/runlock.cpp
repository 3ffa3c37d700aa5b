// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/runlock_p.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace driftscope::store {

namespace {

std::string lockFileOf(const std::filesystem::path& store)
{
    return store.string() + ".lock";
}

struct flock byteOf(std::int64_t run)
{
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = run;
    lock.l_len = 1;
    return lock;
}

} // namespace

RunLock::RunLock(int file)
    : m_file(file)
{
}

RunLock::~RunLock()
{
    ::close(m_file); // gives the lock back
}

Result<std::unique_ptr<RunLock>> RunLock::take(const std::filesystem::path& store, std::int64_t run)
{
    const std::string name = lockFileOf(store);
    const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0)
        return fail(ErrorCode::NotWritable,
                    name + " cannot be written (" + std::strerror(errno)
                        + "); choose a store in a folder that can be written.");
    std::unique_ptr<RunLock> lock(new RunLock(file));
    struct flock byte = byteOf(run);
    if (::fcntl(file, F_OFD_SETLK, &byte) != 0)
        return fail(ErrorCode::NotWritable,
                    "Run " + std::to_string(run) + " in " + store.string()
                        + " is being written by another program; wait for it or stop it.");
    return lock;
}

bool RunLock::isTaken(const std::filesystem::path& store, std::int64_t run)
{
    const int file = ::open(lockFileOf(store).c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    struct flock byte = byteOf(run);
    const bool isTaken = ::fcntl(file, F_OFD_GETLK, &byte) == 0 && byte.l_type != F_UNLCK;
    ::close(file);
    return isTaken;
}

} // namespace driftscope::store
