// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// The base folder holds what every other folder uses: results, progress, time, random streams, hashes, JSON fields.
namespace driftscope {

/// What kind of thing went wrong; drives what the program offers next. errorName() gives the stable spelling.
enum class ErrorCode : std::uint8_t {
    // the request
    BadArgument,
    Cancelled,
    ContextTooLong,
    LeakFound,
    NoEligibleQuery,
    UnknownName,
    // the machine
    NotFound,
    NotReadable,
    NotWritable,
    DiskFull,
    OutOfMemory,
    Internal,
    // any file
    EmptyFile,
    Truncated,
    InvalidUtf8,
    BadJson,
    MissingField,
    UnknownField,
    WrongType,
    UnknownType,
    BadValue,
    Inconsistent,
    TooLarge,
    DuplicateKey,
    UnsupportedVersion,
    UnsupportedFormat,
    // tensors and checkpoints
    BadMagic,
    HeaderTooLarge,
    BadHeader,
    BadOffsets,
    BadShape,
    BadAlignment,
    Misaligned,
    NestingTooDeep,
    SizeMismatch,
    SizeOverflow,
    UnknownDtype,
    UnknownArchitecture,
    // tokenizers
    BadId,
    BadMerge,
    BadRegex,
    // interaction rows
    BadNumber,
    BadTime,
    ColumnCount,
    ControlCharacter,
    Duplicate,
    DuplicateColumn,
    LineTooLong,
    MissingColumn,
    MissingValue,
    NoRows,
    UnterminatedQuote,
};

/// Stable kebab-case name of a code ("bad-json"), used in JSON output, row reports and tests.
[[nodiscard]] std::string_view errorName(ErrorCode code);

/// An expected failure: a code to branch on and one sentence for the user that says what, where and what to do.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
};

template<typename T = void>
using Result = tl::expected<T, Error>;

/// Shorthand for returning an Error from a function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message)
{
    return tl::unexpected<Error>(Error {code, std::move(message)});
}

/// Passes the error of another Result on.
template<typename T>
[[nodiscard]] tl::unexpected<Error> failFrom(const Result<T>& result)
{
    return tl::unexpected<Error>(result.error());
}

} // namespace driftscope

#define DRIFTSCOPE_CONCAT_IMPL(a, b) a##b
#define DRIFTSCOPE_CONCAT(a, b) DRIFTSCOPE_CONCAT_IMPL(a, b)
#define DRIFTSCOPE_TRY_IMPL(result, declaration, ...)                                                                  \
    auto result = (__VA_ARGS__);                                                                                       \
    if (!result)                                                                                                       \
        return tl::unexpected<::driftscope::Error>(std::move(result.error()));                                         \
    declaration = std::move(*result)

/// DRIFTSCOPE_TRY(const auto x, call()); binds the value of a Result or returns its error from the enclosing function.
#define DRIFTSCOPE_TRY(declaration, ...)                                                                               \
    DRIFTSCOPE_TRY_IMPL(DRIFTSCOPE_CONCAT(tryResult, __LINE__), declaration, __VA_ARGS__)

/// DRIFTSCOPE_CHECK(call()); returns the error of a Result<> from the enclosing function.
#define DRIFTSCOPE_CHECK(...)                                                                                          \
    do {                                                                                                               \
        auto checkResult = (__VA_ARGS__);                                                                              \
        if (!checkResult)                                                                                              \
            return tl::unexpected<::driftscope::Error>(std::move(checkResult.error()));                                \
    } while (false)
