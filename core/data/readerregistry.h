// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parameter.h"
#include "core/data/datasetreader.h"

#include <span>
#include <string_view>

namespace driftscope::data {

/// All readers, in the order in which they are asked whether they recognise a path.
[[nodiscard]] std::span<const RegistryEntry<DatasetReader>> datasetReaders();

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
