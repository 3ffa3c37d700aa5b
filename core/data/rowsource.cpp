// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rowsource_p.h"
#include "core/data/textfield_p.h"

#include <utility>

namespace driftscope::data {

DelimitedRows::DelimitedRows(LineReader lines, std::string separator, TextEncoding encoding)
    : m_lines(std::move(lines))
    , m_separator(std::move(separator))
    , m_encoding(encoding)
{
}

std::optional<SourceRow> DelimitedRows::next()
{
    std::optional<TextLine> line = m_lines.next();
    while (line && line->text.empty())
        line = m_lines.next();
    if (!line)
        return std::nullopt;
    SourceRow row {{}, line->number, line->text, {}};
    if (line->isTooLong) {
        row.problem = ErrorCode::LineTooLong;
        return row;
    }
    if (m_encoding == TextEncoding::Latin1) {
        m_decoded = fromLatin1(line->text);
        row.raw = m_decoded;
    }
    row.problem = findBadText(row.raw);
    if (!row.problem) {
        splitInto(m_fields, row.raw, m_separator);
        row.fields = m_fields;
    }
    return row;
}

Result<std::vector<std::string>> readHeader(RowSource& rows)
{
    const std::optional<SourceRow> row = rows.next();
    DRIFTSCOPE_CHECK(rows.status());
    if (!row)
        return fail(ErrorCode::EmptyFile, rows.name() + " holds no text; choose a file with interactions.");
    const std::string where = rows.name() + ", line " + std::to_string(row->line);
    if (row->problem == ErrorCode::InvalidUtf8)
        return fail(ErrorCode::InvalidUtf8, where + ": the header is not UTF-8 text; save the file as UTF-8.");
    if (row->problem)
        return fail(*row->problem,
                    where + ": the header is unreadable (" + std::string(errorName(*row->problem))
                        + "); mend the first line.");
    std::vector<std::string> names;
    for (const std::string_view field : row->fields)
        names.emplace_back(trimmed(field));
    return names;
}

} // namespace driftscope::data
