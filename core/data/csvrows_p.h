// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/rowsource_p.h"

#include <memory>

namespace driftscope::data {

/// Rows of a CSV file (RFC 4180, through libcsv): quoted fields may hold separators, line ends and doubled quotes.
///
/// A line end inside quotes becomes LF. A quote that is never closed, or that is closed in the middle of a field, makes
/// the row an UnterminatedQuote; reading goes on with the line after the one where that became clear.
class CsvRows final : public RowSource
{
public:
    CsvRows(LineReader lines, char separator);
    ~CsvRows() override;
    [[nodiscard]] std::optional<SourceRow> next() override;
    [[nodiscard]] Result<> status() const override { return m_lines.status(); }
    [[nodiscard]] const std::string& name() const override { return m_lines.name(); }

private:
    struct Parser;
    SourceRow splitPlain(const TextLine& line);
    SourceRow parseQuoted(TextLine line);

    LineReader m_lines;
    std::string m_separator;
    std::unique_ptr<Parser> m_parser;
    std::string m_raw; // beginning of a row of several lines
    std::vector<std::string_view> m_fields;
};

/// The separator of a CSV file as its first line shows it: comma, or tab or semicolon if there is no comma.
[[nodiscard]] char separatorOf(std::string_view firstLine);

} // namespace driftscope::data
