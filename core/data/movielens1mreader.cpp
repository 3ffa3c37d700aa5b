// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/movielens1mreader.h"

#include "core/data/movielens_p.h"
#include "core/data/sourcefolder_p.h"

namespace driftscope::data {

std::optional<std::string> MovieLens1mReader::recognises(const std::filesystem::path& path) const
{
    if (fileIn(path, "ratings.dat").empty())
        return std::nullopt;
    return "there is ratings.dat, the table of MovieLens 1M and 10M";
}

Result<DatasetParts> MovieLens1mReader::read(const std::filesystem::path& path, const ColumnMap&,
                                             const JobContext& context) const
{
    DRIFTSCOPE_TRY(const auto file, requireFile(path, "ratings.dat"));
    DRIFTSCOPE_TRY(auto parts, readMovieLensRatings(file, "::", "movielens-1m", context));
    const std::filesystem::path itemFile = file.parent_path() / "movies.dat";
    if (isFile(itemFile)) {
        parts.files.push_back({itemFile.string(), {}});
        DRIFTSCOPE_TRY(const auto rows, openSniffedRows(itemFile, "::", context));
        DRIFTSCOPE_CHECK(readItems(*rows, movieFields(), parts));
    }
    return parts;
}

} // namespace driftscope::data
