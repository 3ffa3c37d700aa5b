// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/readerregistry.h"

#include "core/base/contenthash.h"
#include "core/data/csvreader.h"
#include "core/data/movielens100kreader.h"
#include "core/data/movielens1mreader.h"
#include "core/data/recbolereader.h"

#include <exception>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

namespace driftscope::data {

namespace {

template<typename Reader>
RegistryEntry<DatasetReader> entry(std::string id, std::string title, std::string help)
{
    return {std::move(id), std::move(title), std::move(help), {}, [](const ParameterValues&) {
                return std::make_unique<Reader>();
            }};
}

/// A reader and why it was taken.
struct ChosenReader {
    const RegistryEntry<DatasetReader>* entry = nullptr;
    std::unique_ptr<DatasetReader> reader;
    std::string why;
};

Result<ChosenReader> chooseReader(const std::filesystem::path& path, std::string_view format)
{
    const auto readers = datasetReaders();
    if (!format.empty()) {
        if (const auto* const named = findEntry(readers, format))
            return ChosenReader {named, named->make({}), "it was chosen by name"};
        return fail(ErrorCode::UnknownName,
                    "There is no dataset format '" + std::string(format) + "'; the formats are " + listIds(readers)
                        + ".");
    }
    std::error_code problem;
    if (!std::filesystem::exists(path, problem))
        return fail(ErrorCode::NotFound, path.string() + ": there is no such file or folder; check the path.");
    for (const auto& entry : readers) {
        auto made = entry.make({});
        if (auto why = made->recognises(path))
            return ChosenReader {&entry, std::move(made), std::move(*why)};
    }
    return fail(ErrorCode::UnsupportedFormat,
                path.string() + " is in no format that Driftscope reads (" + listIds(readers)
                    + "); choose another file, or name its format.");
}

Result<std::shared_ptr<const Dataset>> openUnguarded(const std::filesystem::path& path, std::string_view format,
                                                     const ColumnMap& columns, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto chosen, chooseReader(path, format));
    DRIFTSCOPE_TRY(DatasetParts parts, chosen.reader->read(path, columns, context));
    for (SourceFile& file : parts.files) {
        DRIFTSCOPE_TRY(file.hash, contentHashOfFile(file.path, context));
    }
    return Dataset::build(std::move(parts));
}

} // namespace

std::span<const RegistryEntry<DatasetReader>> datasetReaders()
{
    static const std::vector<RegistryEntry<DatasetReader>> readers {
        entry<RecBoleReader>("recbole", "RecBole atomic files", "A .inter file with its .item file, or their folder."),
        entry<MovieLens100kReader>("movielens-100k", "MovieLens 100K", "A folder with u.data and u.item."),
        entry<MovieLens1mReader>("movielens-1m", "MovieLens 1M", "A folder with ratings.dat and movies.dat."),
        entry<MovieLensLatestReader>("movielens-latest", "MovieLens latest",
                                     "A folder with ratings.csv and movies.csv."),
        entry<CsvReader>("csv", "CSV", "A file with a header that names a user, an item and a time column."),
    };
    return readers;
}

Result<RecognisedFormat> recogniseFormat(const std::filesystem::path& path, std::string_view format)
{
    try {
        DRIFTSCOPE_TRY(auto chosen, chooseReader(path, format));
        return RecognisedFormat {chosen.entry->id, chosen.entry->title, std::move(chosen.why),
                                 chosen.reader->hasNamedColumns()};
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, path.string() + " could not be looked at: " + error.what() + ".");
    }
}

Result<TablePreview> previewTable(const std::filesystem::path& path, std::string_view format, const ColumnMap& columns,
                                  std::size_t rows, const JobContext& context)
{
    try {
        auto chosen = chooseReader(path, format);
        if (!chosen && chosen.error().code == ErrorCode::UnsupportedFormat)
            return CsvReader().preview(path, columns, rows, context);
        if (!chosen)
            return failFrom(chosen);
        return chosen->reader->preview(path, columns, rows, context);
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, path.string() + " could not be looked at: " + error.what() + ".");
    }
}

Result<std::shared_ptr<const Dataset>> openDataset(const std::filesystem::path& path, std::string_view format,
                                                   const ColumnMap& columns, const JobContext& context)
{
    try {
        return openUnguarded(path, format, columns, context);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, path.string() + " does not fit into memory; choose a smaller part of it.");
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, path.string() + " could not be opened: " + error.what() + ".");
    }
}

} // namespace driftscope::data
