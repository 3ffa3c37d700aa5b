// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

namespace driftscope {

std::string_view errorName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::BadArgument:
        return "bad-argument";
    case ErrorCode::Cancelled:
        return "cancelled";
    case ErrorCode::ContextTooLong:
        return "context-too-long";
    case ErrorCode::LeakFound:
        return "leak-found";
    case ErrorCode::NoEligibleQuery:
        return "no-eligible-query";
    case ErrorCode::UnknownName:
        return "unknown-name";
    case ErrorCode::NotFound:
        return "not-found";
    case ErrorCode::NotReadable:
        return "not-readable";
    case ErrorCode::NotWritable:
        return "not-writable";
    case ErrorCode::DiskFull:
        return "disk-full";
    case ErrorCode::OutOfMemory:
        return "out-of-memory";
    case ErrorCode::Internal:
        return "internal";
    case ErrorCode::EmptyFile:
        return "empty-file";
    case ErrorCode::Truncated:
        return "truncated";
    case ErrorCode::InvalidUtf8:
        return "invalid-utf8";
    case ErrorCode::BadJson:
        return "bad-json";
    case ErrorCode::MissingField:
        return "missing-field";
    case ErrorCode::UnknownField:
        return "unknown-field";
    case ErrorCode::WrongType:
        return "wrong-type";
    case ErrorCode::UnknownType:
        return "unknown-type";
    case ErrorCode::BadValue:
        return "bad-value";
    case ErrorCode::Inconsistent:
        return "inconsistent";
    case ErrorCode::TooLarge:
        return "too-large";
    case ErrorCode::DuplicateKey:
        return "duplicate-key";
    case ErrorCode::UnsupportedVersion:
        return "unsupported-version";
    case ErrorCode::UnsupportedFormat:
        return "unsupported-format";
    case ErrorCode::BadMagic:
        return "bad-magic";
    case ErrorCode::HeaderTooLarge:
        return "header-too-large";
    case ErrorCode::BadHeader:
        return "bad-header";
    case ErrorCode::BadOffsets:
        return "bad-offsets";
    case ErrorCode::BadShape:
        return "bad-shape";
    case ErrorCode::BadAlignment:
        return "bad-alignment";
    case ErrorCode::Misaligned:
        return "misaligned";
    case ErrorCode::NestingTooDeep:
        return "nesting-too-deep";
    case ErrorCode::SizeMismatch:
        return "size-mismatch";
    case ErrorCode::SizeOverflow:
        return "size-overflow";
    case ErrorCode::UnknownDtype:
        return "unknown-dtype";
    case ErrorCode::UnknownArchitecture:
        return "unknown-architecture";
    case ErrorCode::BadId:
        return "bad-id";
    case ErrorCode::BadMerge:
        return "bad-merge";
    case ErrorCode::BadRegex:
        return "bad-regex";
    case ErrorCode::BadNumber:
        return "bad-number";
    case ErrorCode::BadTime:
        return "bad-time";
    case ErrorCode::ColumnCount:
        return "column-count";
    case ErrorCode::ControlCharacter:
        return "control-character";
    case ErrorCode::Duplicate:
        return "duplicate";
    case ErrorCode::DuplicateColumn:
        return "duplicate-column";
    case ErrorCode::LineTooLong:
        return "line-too-long";
    case ErrorCode::MissingColumn:
        return "missing-column";
    case ErrorCode::MissingValue:
        return "missing-value";
    case ErrorCode::NoRows:
        return "no-rows";
    case ErrorCode::UnterminatedQuote:
        return "unterminated-quote";
    }
    return "internal";
}

} // namespace driftscope
