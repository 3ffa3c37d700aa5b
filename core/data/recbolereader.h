// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/datasetreader.h"

namespace driftscope::data {

/// RecBole's atomic files: X.inter and, beside it, X.item; tab-separated with a header of name:type.
///
/// Path: the .inter file, or a folder with one (or with one named like the folder). A `label` column stands in for
/// `rating`; other columns of the .inter file are passed over. Of the .item file the title, year and genres get our
/// names. Source    RecBole documentation, "Atomic Files".
class RecBoleReader final : public DatasetReader
{
public:
    [[nodiscard]] std::optional<std::string> recognises(const std::filesystem::path& path) const override;
    [[nodiscard]] bool hasNamedColumns() const override { return true; }
    [[nodiscard]] Result<TablePreview> preview(const std::filesystem::path& path, const ColumnMap& columns,
                                               std::size_t rows, const JobContext& context) const override;
    [[nodiscard]] Result<DatasetParts> read(const std::filesystem::path& path, const ColumnMap& columns,
                                            const JobContext& context) const override;
};

} // namespace driftscope::data
