// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parameter.h"
#include "core/data/datasetreader.h"

#include <span>
#include <string>
#include <string_view>

namespace driftscope::data {

/// All readers, in the order in which they are asked whether they recognise a path.
[[nodiscard]] std::span<const RegistryEntry<DatasetReader>> datasetReaders();

/// The format of a path, and why it is taken for it.
struct RecognisedFormat {
    std::string id; ///< of the reader
    std::string title; ///< "MovieLens 100K"
    std::string why; ///< for people: "there is u.data, the table of MovieLens 100K"
    bool hasNamedColumns = false; ///< whether a ColumnMap means something for it
};

/// Finds out the format of a file or folder from names and first bytes.
///
/// @param format  id of a reader that is taken without looking, or empty.
/// Errors of openDataset().
[[nodiscard]] Result<RecognisedFormat> recogniseFormat(const std::filesystem::path& path, std::string_view format = {});

/// The first rows of a table, as they stand and as openDataset() would read them. A file that no reader recognises is
/// looked at as CSV.
///
/// @param format, columns  as openDataset().
/// @param rows             most rows that are read.
/// @retval ErrorCode::UnsupportedFormat  the columns of the format are fixed.
[[nodiscard]] Result<TablePreview> previewTable(const std::filesystem::path& path, std::string_view format,
                                                const ColumnMap& columns, std::size_t rows,
                                                const JobContext& context = {});

/// Opens a dataset: recognises the format unless one is named, reads, sorts, removes duplicates, hashes the files.
///
/// @param format  id of a reader, or empty.
/// @retval ErrorCode::UnsupportedFormat  no reader recognises the path; the message lists the known formats.
/// @retval ErrorCode::UnknownName        no reader has this id.
[[nodiscard]] Result<std::shared_ptr<const Dataset>> openDataset(const std::filesystem::path& path,
                                                                 std::string_view format = {},
                                                                 const ColumnMap& columns = {},
                                                                 const JobContext& context = {});

} // namespace driftscope::data
