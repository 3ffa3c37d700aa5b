// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/linereader_p.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::data {

/// One row of a source file, split into fields; views are valid until the next row is asked for.
struct SourceRow {
    std::span<const std::string_view> fields;
    std::uint64_t line = 0; ///< 1-based, of the row's first line
    std::string_view raw; ///< the row or its beginning, for reports
    std::optional<ErrorCode> problem; ///< set if the row could not be split; `fields` is empty then
};

/// A file as a sequence of rows; empty lines are passed over.
class RowSource
{
public:
    RowSource() = default;
    RowSource(const RowSource&) = delete;
    RowSource& operator=(const RowSource&) = delete;
    virtual ~RowSource() = default;
    /// The next row; nothing at the end, after a read error and after a stop (see status()).
    [[nodiscard]] virtual std::optional<SourceRow> next() = 0;
    /// As LineReader::status().
    [[nodiscard]] virtual Result<> status() const = 0;
    /// File name for messages.
    [[nodiscard]] virtual const std::string& name() const = 0;
};

/// What the bytes of a file mean.
enum class TextEncoding : std::uint8_t { Utf8, Latin1 };

/// Rows without quoting: one a line, fields between separators ("\t", "|", "::").
class DelimitedRows final : public RowSource
{
public:
    DelimitedRows(LineReader lines, std::string separator, TextEncoding encoding = TextEncoding::Utf8);
    [[nodiscard]] std::optional<SourceRow> next() override;
    [[nodiscard]] Result<> status() const override { return m_lines.status(); }
    [[nodiscard]] const std::string& name() const override { return m_lines.name(); }

private:
    LineReader m_lines;
    std::string m_separator;
    TextEncoding m_encoding;
    std::string m_decoded;
    std::vector<std::string_view> m_fields;
};

/// The first row as column names without blanks around them.
///
/// @retval ErrorCode::EmptyFile, LineTooLong, ControlCharacter, InvalidUtf8, UnterminatedQuote, Cancelled, NotReadable
[[nodiscard]] Result<std::vector<std::string>> readHeader(RowSource& rows);

} // namespace driftscope::data
