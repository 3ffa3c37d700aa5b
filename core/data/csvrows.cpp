// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csvrows_p.h"
#include "core/data/textfield_p.h"

#include <algorithm>
#include <csv.h>
#include <utility>

namespace driftscope::data {

namespace {

constexpr std::size_t keptOfRaw = 256;
constexpr std::size_t longestRow = std::size_t {1} << 20; // with line ends inside quotes; more is a quote left open

bool hasQuotedField(std::string_view line, char separator)
{
    for (std::size_t quote = line.find('"'); quote != std::string_view::npos; quote = line.find('"', quote + 1))
        if (quote == 0 || line[quote - 1] == separator)
            return true;
    return false; // a quote inside an unquoted field stands for itself
}

} // namespace

char separatorOf(std::string_view firstLine)
{
    if (firstLine.find(',') != std::string_view::npos)
        return ',';
    if (firstLine.find('\t') != std::string_view::npos)
        return '\t';
    return firstLine.find(';') != std::string_view::npos ? ';' : ',';
}

/// libcsv's parser with the fields of the row at hand.
struct CsvRows::Parser {
    explicit Parser(char separator) { start(separator); }
    ~Parser() { csv_free(&csv); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    void start(char separator)
    {
        // Fails for a null pointer only.
        csv_init(&csv, CSV_STRICT | CSV_STRICT_FINI);
        csv_set_blk_size(&csv, 4096);
        csv_set_delim(&csv, static_cast<unsigned char>(separator));
        csv_set_space_func(&csv, [](unsigned char) { return 0; }); // blanks belong to the field
        text.clear();
        ends.clear();
        isRowDone = false;
    }
    /// Forgets the last row; a row that broke off leaves libcsv in the middle of it.
    void clear(char separator)
    {
        if (isRowDone) {
            text.clear();
            ends.clear();
            isRowDone = false;
        } else {
            csv_free(&csv);
            start(separator);
        }
    }

    /// False if a quote stands where none may.
    bool feed(std::string_view piece)
    {
        return csv_parse(&csv, piece.data(), piece.size(), onField, onRow, this) == piece.size();
    }

    static void onField(void* field, std::size_t size, void* self)
    {
        auto* const parser = static_cast<Parser*>(self);
        parser->text.append(static_cast<const char*>(field), size);
        parser->ends.push_back(parser->text.size());
    }
    static void onRow(int, void* self) { static_cast<Parser*>(self)->isRowDone = true; }

    csv_parser csv {};
    std::string text; // all fields of the row, one after another
    std::vector<std::size_t> ends; // of the fields in text
    bool isRowDone = false;
};

CsvRows::CsvRows(LineReader lines, char separator)
    : m_lines(std::move(lines))
    , m_separator(1, separator)
    , m_parser(std::make_unique<Parser>(separator))
{
}

CsvRows::~CsvRows() = default;

std::optional<SourceRow> CsvRows::next()
{
    std::optional<TextLine> line = m_lines.next();
    while (line && line->text.empty())
        line = m_lines.next();
    if (!line)
        return std::nullopt;
    if (line->isTooLong)
        return SourceRow {{}, line->number, line->text, ErrorCode::LineTooLong};
    return hasQuotedField(line->text, m_separator.front()) ? parseQuoted(*line) : splitPlain(*line);
}

SourceRow CsvRows::splitPlain(const TextLine& line)
{
    SourceRow row {{}, line.number, line.text, findBadText(line.text)};
    if (!row.problem) {
        splitInto(m_fields, line.text, m_separator);
        row.fields = m_fields;
    }
    return row;
}

SourceRow CsvRows::parseQuoted(TextLine line)
{
    m_parser->clear(m_separator.front());
    m_raw.clear();
    SourceRow row {{}, line.number, {}, {}};
    std::size_t size = 0;
    while (true) {
        const std::size_t room = keptOfRaw - std::min(keptOfRaw, m_raw.size());
        m_raw.append(m_raw.empty() ? "" : "\n").append(line.text.substr(0, room));
        size += line.text.size();
        if (!row.problem)
            row.problem = line.isTooLong ? ErrorCode::LineTooLong : findBadText(line.text);
        const bool isWellFormed = m_parser->feed(line.text) && m_parser->feed("\n");
        if (!isWellFormed || m_parser->isRowDone || size > longestRow || row.problem == ErrorCode::LineTooLong) {
            if (!isWellFormed || (!m_parser->isRowDone && !row.problem))
                row.problem = ErrorCode::UnterminatedQuote;
            break;
        }
        const std::optional<TextLine> continuation = m_lines.next();
        if (!continuation) {
            row.problem = ErrorCode::UnterminatedQuote;
            break;
        }
        line = *continuation;
    }
    row.raw = m_raw;
    if (row.problem)
        return row;
    m_fields.clear();
    std::size_t begin = 0;
    for (const std::size_t end : m_parser->ends) {
        m_fields.push_back(std::string_view(m_parser->text).substr(begin, end - begin));
        begin = end;
    }
    row.fields = m_fields;
    return row;
}

} // namespace driftscope::data
