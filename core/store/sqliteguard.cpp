// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sqliteguard_p.h"

#include <cerrno>

namespace driftscope::store {

namespace {

bool isOutOfSpace(int primary, int errorNumber)
{
    return primary == SQLITE_FULL
        || (primary == SQLITE_IOERR && (errorNumber == ENOSPC || errorNumber == EDQUOT || errorNumber == EFBIG));
}

} // namespace

Error sqliteError(const SQLite::Exception& exception, int errorNumber, const std::filesystem::path& path)
{
    const int primary = exception.getErrorCode() & 0xff; // the low byte of an extended result code
    const std::string name = path.string();
    if (isOutOfSpace(primary, errorNumber))
        return {ErrorCode::DiskFull, name + ": there is no space left to store results; make room and resume the run."};
    switch (primary) {
    case SQLITE_NOTADB:
        return {ErrorCode::UnsupportedFormat, name + " is not a Driftscope store; choose another file."};
    case SQLITE_CORRUPT:
        return {ErrorCode::Inconsistent, name + " is damaged; restore it from a copy or choose another file."};
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return {ErrorCode::NotWritable, name + " is read-only; choose a store that can be written."};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorCode::NotWritable, name + " is being written by another program; try again when it has finished."};
    case SQLITE_CANTOPEN:
        return {ErrorCode::NotReadable, name + " cannot be opened; check that the file and its folder may be used."};
    case SQLITE_IOERR:
        return {ErrorCode::NotWritable, name + ": reading or writing failed: " + exception.what() + "."};
    case SQLITE_NOMEM:
        return {ErrorCode::OutOfMemory, "There is not enough memory to use " + name + "."};
    default:
        return {ErrorCode::Internal, name + ": " + exception.what() + "."};
    }
}

} // namespace driftscope::store
