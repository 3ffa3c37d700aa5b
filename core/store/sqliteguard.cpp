// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sqliteguard_p.h"

namespace driftscope::store {

namespace {

/// SQLite calls a full disk FULL, but a quota or a limit on the file's size a failed write.
bool isOutOfSpace(const SQLite::Exception& exception)
{
    const int code = exception.getExtendedErrorCode();
    return exception.getErrorCode() == SQLITE_FULL || code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE;
}

} // namespace

Error sqliteError(const SQLite::Exception& exception, const std::filesystem::path& path)
{
    const int primary = exception.getErrorCode() & 0xff; // the low byte of an extended result code
    const std::string name = path.string();
    if (isOutOfSpace(exception))
        return {ErrorCode::DiskFull,
                name + ": the disk takes no more results (full, or a quota is reached); make room and resume the run."};
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
