// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::data {

/// One physical line of a text file.
struct TextLine {
    std::string_view text; ///< without its end; only the beginning if isTooLong; valid until the next line is asked for
    std::uint64_t number = 0; ///< 1-based
    bool isTooLong = false; ///< longer than LineReader::maxLine
};

/// Walks a text file line by line, reading it in blocks: LF, CRLF and lone CR end a line, the last one needs no end.
/// A UTF-8 byte order mark is skipped.
class LineReader
{
public:
    /// A longer line is no row of an interaction file, and is not kept in memory.
    static constexpr std::size_t maxLine = std::size_t {64} * 1024;

    /// @retval ErrorCode::NotFound, ErrorCode::NotReadable, ErrorCode::EmptyFile
    /// @retval ErrorCode::InvalidUtf8  the file begins like UTF-16 or UTF-32.
    [[nodiscard]] static Result<LineReader> open(const std::filesystem::path& path, const JobContext& context);

    /// The next line; nothing at the end of the file, after a read error and after a stop (see status()).
    [[nodiscard]] std::optional<TextLine> next();
    /// @retval ErrorCode::Cancelled    stop was requested (asked between blocks).
    /// @retval ErrorCode::NotReadable  reading failed half-way.
    [[nodiscard]] Result<> status() const;
    /// File name for messages.
    [[nodiscard]] const std::string& name() const { return m_name; }

private:
    LineReader() = default;
    [[nodiscard]] Result<> skipByteOrderMark();
    bool refill();
    TextLine take(std::size_t length, std::size_t endLength);
    TextLine takeTooLong();

    std::string m_name;
    std::ifstream m_file;
    JobContext m_context;
    std::vector<char> m_buffer;
    std::size_t m_begin = 0; // of what is unread in m_buffer
    std::size_t m_end = 0;
    bool m_isAtEnd = false;
    std::uint64_t m_lines = 0;
    std::int64_t m_bytesRead = 0;
    std::int64_t m_bytesTotal = 0;
    std::string m_longStart;
    std::optional<Error> m_error;
};

} // namespace driftscope::data
