// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/linereader_p.h"

#include <algorithm>
#include <cstring>
#include <system_error>

namespace driftscope::data {

namespace {

constexpr std::size_t blockSize = std::size_t {1} << 20;
constexpr std::size_t shownOfLongLine = 200;
constexpr std::size_t longestEnd = 3;

/// Length of the line end at the beginning of `text`: LF, CRLF, CR; CRCRLF as broken converters write it is one end
/// too.
std::size_t lineEndLength(std::string_view text)
{
    if (text.starts_with("\r\r\n"))
        return 3;
    return text.starts_with("\r\n") ? 2 : 1;
}

bool looksLikeWideText(std::string_view start)
{
    if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
        return true;
    // Without a mark: Latin letters in UTF-16 have a zero in every second byte.
    const std::string_view sample = start.substr(0, 64);
    const auto zeros = std::count(sample.begin(), sample.end(), '\0');
    return zeros >= 4 && static_cast<std::size_t>(zeros) * 3 >= sample.size();
}

} // namespace

Result<LineReader> LineReader::open(const std::filesystem::path& path, const JobContext& context)
{
    std::error_code problem;
    const auto status = std::filesystem::status(path, problem);
    if (!std::filesystem::exists(status))
        return fail(ErrorCode::NotFound, path.string() + ": there is no such file; check the path.");
    LineReader reader;
    reader.m_name = path.filename().string();
    reader.m_context = context;
    if (std::filesystem::is_directory(status))
        return fail(ErrorCode::NotReadable, path.string() + " is a folder, not a file; choose the file in it.");
    const auto size = std::filesystem::file_size(path, problem);
    reader.m_bytesTotal = problem ? 0 : static_cast<std::int64_t>(size);
    reader.m_file.open(path, std::ios::binary);
    if (!reader.m_file)
        return fail(ErrorCode::NotReadable, path.string() + " cannot be opened; check its permissions.");
    reader.m_buffer.resize(blockSize);
    reader.refill();
    DRIFTSCOPE_CHECK(reader.status());
    if (reader.m_end == 0)
        return fail(ErrorCode::EmptyFile, path.string() + " is empty; choose a file with interactions.");
    DRIFTSCOPE_CHECK(reader.skipByteOrderMark());
    return reader;
}

Result<> LineReader::skipByteOrderMark()
{
    const std::string_view start(m_buffer.data(), m_end);
    if (looksLikeWideText(start))
        return fail(ErrorCode::InvalidUtf8, m_name + " is UTF-16 or UTF-32 text; save it as UTF-8 and open it again.");
    if (start.starts_with("\xEF\xBB\xBF"))
        m_begin = 3;
    if (start.substr(m_begin).find_first_not_of("\r\n") == std::string_view::npos && m_isAtEnd)
        return fail(ErrorCode::EmptyFile, m_name + " holds no text; choose a file with interactions.");
    return {};
}

bool LineReader::refill()
{
    if (m_isAtEnd)
        return false;
    if (m_context.isStopped()) {
        m_error = Error {ErrorCode::Cancelled, "Stopped while reading " + m_name + "."};
        return false;
    }
    std::memmove(m_buffer.data(), m_buffer.data() + m_begin, m_end - m_begin);
    m_end -= m_begin;
    m_begin = 0;
    m_file.read(m_buffer.data() + m_end, static_cast<std::streamsize>(m_buffer.size() - m_end));
    const std::streamsize count = m_file.gcount();
    m_end += static_cast<std::size_t>(count);
    m_bytesRead += count;
    if (m_file.bad())
        m_error = Error {ErrorCode::NotReadable, m_name + " could not be read to its end; check the disk."};
    m_isAtEnd = !m_file;
    m_context.report({m_bytesRead, m_bytesTotal, "read interactions"});
    return count > 0;
}

TextLine LineReader::take(std::size_t length, std::size_t endLength)
{
    const TextLine line {std::string_view(m_buffer.data() + m_begin, length), ++m_lines, length > maxLine};
    m_begin += length + endLength;
    return line;
}

std::optional<TextLine> LineReader::next()
{
    while (!m_error) {
        const char* const start = m_buffer.data() + m_begin;
        const std::size_t available = m_end - m_begin;
        // The search is bounded so that a file without LF is not scanned to its end again for each line.
        const std::size_t window = std::min(available, maxLine + 2);
        const void* const lineFeed = std::memchr(start, '\n', window);
        const std::size_t limit =
            lineFeed ? static_cast<std::size_t>(static_cast<const char*>(lineFeed) - start) : window;
        const void* const carriageReturn = std::memchr(start, '\r', limit);
        if (carriageReturn) {
            const auto length = static_cast<std::size_t>(static_cast<const char*>(carriageReturn) - start);
            if (length + longestEnd <= available || m_isAtEnd)
                return take(length, lineEndLength({start + length, available - length}));
        } else if (lineFeed) {
            return take(limit, 1);
        } else if (available > maxLine) {
            return takeTooLong();
        }
        if (!refill()) {
            if (m_error || m_begin == m_end)
                break;
            if (!carriageReturn)
                return take(m_end - m_begin, 0);
        }
    }
    return std::nullopt;
}

TextLine LineReader::takeTooLong()
{
    m_longStart.assign(m_buffer.data() + m_begin, shownOfLongLine);
    const TextLine line {m_longStart, ++m_lines, true};
    while (!m_error) {
        const std::string_view rest(m_buffer.data() + m_begin, m_end - m_begin);
        const std::size_t end = rest.find_first_of("\r\n");
        if (end != std::string_view::npos && (end + longestEnd <= rest.size() || m_isAtEnd)) {
            m_begin += end + lineEndLength(rest.substr(end));
            break;
        }
        m_begin = end == std::string_view::npos ? m_end : m_begin + end;
        if (!refill() && (m_error || m_begin == m_end))
            break;
    }
    return line;
}

Result<> LineReader::status() const
{
    if (m_error)
        return tl::unexpected<Error>(*m_error);
    return {};
}

} // namespace driftscope::data
