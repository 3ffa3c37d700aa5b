// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/predictiontable.h"

#include "core/base/textfile.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <functional>
#include <unistd.h>

namespace driftscope::store {

namespace {

using nlohmann::json;
using simulate::QueryRecord;

constexpr std::array columns {"run",  "arm",   "query", "user",     "time",     "eventIndex", "liked", "position",
                              "item", "title", "score", "positive", "negative", "rank",       "hit"};

/// A file that takes its name only when it is whole.
class AsideFile
{
public:
    explicit AsideFile(const std::filesystem::path& path)
        : m_path(path)
        , m_aside(path.string() + ".part" + std::to_string(::getpid()))
        , m_file(std::fopen(m_aside.c_str(), "wb"))
        , m_error(m_file == nullptr ? errno : 0)
    {
    }

    ~AsideFile()
    {
        if (m_file != nullptr)
            std::fclose(m_file);
        if (!m_isKept)
            std::remove(m_aside.c_str());
    }

    AsideFile(const AsideFile&) = delete;
    AsideFile& operator=(const AsideFile&) = delete;

    Result<> write(const std::string& text)
    {
        if (m_error == 0 && std::fwrite(text.data(), 1, text.size(), m_file) != text.size())
            m_error = errno;
        return status();
    }

    Result<> keep()
    {
        if (m_error == 0 && std::fflush(m_file) != 0)
            m_error = errno;
        if (m_error == 0 && std::rename(m_aside.c_str(), m_path.c_str()) != 0)
            m_error = errno;
        m_isKept = m_error == 0;
        return status();
    }

private:
    Result<> status() const
    {
        if (m_error == 0)
            return {};
        if (m_error == ENOSPC || m_error == EDQUOT || m_error == EFBIG)
            return fail(ErrorCode::DiskFull,
                        m_path.string() + ": the disk is full; make room or choose another place.");
        return fail(ErrorCode::NotWritable,
                    m_path.string() + ": the file cannot be written; choose a folder that can be written.");
    }

    std::filesystem::path m_path;
    std::string m_aside;
    std::FILE* m_file;
    int m_error;
    bool m_isKept = false;
};

/// Ranks from 1, best first; equal scores share the mean of their ranks.
std::vector<double> meanRanks(const std::vector<double>& scores)
{
    std::vector<double> sorted = scores;
    std::ranges::sort(sorted, std::greater<>());
    std::vector<double> ranks;
    for (const double score : scores) {
        const auto tied = std::ranges::equal_range(sorted, score, std::greater<>());
        const auto above = static_cast<double>(tied.begin() - sorted.begin());
        ranks.push_back(above + (static_cast<double>(tied.size()) + 1) / 2);
    }
    return ranks;
}

json numberOrNull(const std::vector<double>& values, std::size_t at)
{
    return at < values.size() && std::isfinite(values[at]) ? json(values[at]) : json();
}

/// The values of the columns, in their order.
class RowMaker
{
public:
    RowMaker(const StoredRun& run, const data::Dataset* dataset)
        : m_run(&run)
        , m_dataset(dataset)
    {
    }

    std::vector<json> row(const QueryRecord& record, std::size_t position, double rank) const
    {
        const data::ItemIndex item = record.candidates[position];
        const bool isNamed = m_dataset != nullptr && item < m_dataset->itemCount();
        return {m_run->run.id,
                m_run->experiment.arms[record.arm].name,
                record.query,
                userOf(record),
                record.time,
                record.eventIndex,
                record.isLiked ? 1 : 0,
                position,
                isNamed ? json(m_dataset->catalog().id(item)) : json(item),
                isNamed ? json(m_dataset->catalog().title(item)) : json(),
                numberOrNull(record.scores, position),
                numberOrNull(record.positive, position),
                numberOrNull(record.negative, position),
                rank,
                position == record.target ? 1 : 0};
    }

private:
    json userOf(const QueryRecord& record) const
    {
        if (m_dataset != nullptr && record.user < m_dataset->userCount())
            return m_dataset->userId(record.user);
        return record.user;
    }

    const StoredRun* m_run;
    const data::Dataset* m_dataset;
};

std::string csvLine(const std::vector<json>& row)
{
    std::string line;
    for (const json& value : row) {
        line += line.empty() ? "" : ",";
        if (value.is_string())
            line += csvField(value.get<std::string>());
        else if (!value.is_null())
            line += value.dump();
    }
    return line + "\n";
}

std::string jsonLine(const std::vector<json>& row)
{
    nlohmann::ordered_json object;
    for (std::size_t i = 0; i < row.size(); ++i)
        object[columns[i]] = row[i];
    return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string headerOf(TableFormat format)
{
    std::string line;
    if (format == TableFormat::Csv)
        for (const char* column : columns)
            line += (line.empty() ? "" : ",") + std::string(column);
    return line.empty() ? line : line + "\n";
}

} // namespace

Result<> writePredictions(const StoredRun& run, const data::Dataset* dataset, TableFormat format,
                          const std::filesystem::path& path, const JobContext& context)
{
    const RowMaker rows(run, dataset);
    AsideFile file(path);
    DRIFTSCOPE_CHECK(file.write(headerOf(format)));
    for (std::size_t i = 0; i < run.records.size(); ++i) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Stopped; " + path.string() + " is not written.");
        const QueryRecord& record = run.records[i];
        const std::vector<double> ranks = meanRanks(record.scores);
        std::string block;
        for (std::size_t position = 0; position < record.candidates.size(); ++position) {
            const auto row = rows.row(record, position, ranks[position]);
            block += format == TableFormat::Csv ? csvLine(row) : jsonLine(row);
        }
        DRIFTSCOPE_CHECK(file.write(block));
        context.report({static_cast<std::int64_t>(i + 1), static_cast<std::int64_t>(run.records.size()), "export"});
    }
    return file.keep();
}

} // namespace driftscope::store
