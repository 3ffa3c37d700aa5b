// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/catalog.h"
#include "core/data/ids.h"
#include "core/data/interaction.h"
#include "core/data/rowreport.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The data folder reads interaction datasets and answers what a user had done strictly before a moment.
namespace driftscope::data {

struct DriftTruth;

/// What the rating column of the source means.
enum class RatingKind : std::uint8_t { Rating, Label, None };

/// A file that the dataset was read from.
struct SourceFile {
    std::string path;
    std::string hash; ///< contentHash
};

/// What a reader hands to Dataset::build(), in source order.
struct DatasetParts {
    std::string format; ///< id of the reader
    std::vector<std::string> userIds;
    Catalog catalog;
    RatingKind ratingKind = RatingKind::Rating;
    std::vector<Interaction> interactions;
    RowReport report;
    std::vector<SourceFile> files; ///< the file of the interactions first
    std::shared_ptr<const DriftTruth> truth {}; ///< of a planted dataset; null for all others
};

/// An interaction dataset: immutable, columnar, sorted by (time, source row); later rows of a (user, item) pair are
/// left out and counted. Shared between threads as shared_ptr<const Dataset>.
class Dataset
{
public:
    /// @retval ErrorCode::NoRows  there is no interaction.
    [[nodiscard]] static Result<std::shared_ptr<const Dataset>> build(DatasetParts parts);

    [[nodiscard]] const std::string& format() const { return m_format; }
    [[nodiscard]] RatingKind ratingKind() const { return m_ratingKind; }
    [[nodiscard]] const Catalog& catalog() const { return m_catalog; }
    [[nodiscard]] const RowReport& report() const { return m_report; }
    [[nodiscard]] const std::vector<SourceFile>& files() const { return m_files; }
    /// What is known of a planted dataset (truth.json beside it); null for all others.
    [[nodiscard]] const DriftTruth* truth() const { return m_truth.get(); }

    [[nodiscard]] std::size_t userCount() const { return m_userIds.size(); }
    [[nodiscard]] std::size_t itemCount() const { return m_catalog.size(); }
    [[nodiscard]] std::size_t size() const { return m_items.size(); }

    [[nodiscard]] const std::string& userId(UserIndex user) const { return m_userIds[user]; }
    [[nodiscard]] std::optional<UserIndex> findUser(std::string_view id) const;

    // columns, [size()]
    [[nodiscard]] UserIndex user(InteractionIndex i) const { return m_users[i]; }
    [[nodiscard]] ItemIndex item(InteractionIndex i) const { return m_items[i]; }
    [[nodiscard]] float rating(InteractionIndex i) const { return m_ratings[i]; }
    [[nodiscard]] SimTime time(InteractionIndex i) const { return m_times[i]; }
    [[nodiscard]] std::uint32_t sourceRow(InteractionIndex i) const { return m_sourceRows[i]; }
    [[nodiscard]] SimTime firstTime() const { return m_times.front(); }
    [[nodiscard]] SimTime lastTime() const { return m_times.back(); }

    /// All interactions of a user in (time, source row) order. For what was known at a moment use UserHistory instead.
    [[nodiscard]] std::span<const InteractionIndex> ofUser(UserIndex user) const;

    /// When the item occurs first in the data; nothing if it never does.
    [[nodiscard]] std::optional<SimTime> firstSeen(ItemIndex item) const;

private:
    Dataset() = default;
    void takeColumns(const std::vector<Interaction>& rows, const std::vector<bool>& isLeftOut, std::size_t kept);
    void buildIndexes();

    std::string m_format;
    RatingKind m_ratingKind = RatingKind::Rating;
    Catalog m_catalog;
    RowReport m_report;
    std::vector<SourceFile> m_files;
    std::shared_ptr<const DriftTruth> m_truth;
    std::vector<std::string> m_userIds;
    std::vector<UserIndex> m_users;
    std::vector<ItemIndex> m_items;
    std::vector<float> m_ratings;
    std::vector<SimTime> m_times;
    std::vector<std::uint32_t> m_sourceRows;
    std::vector<InteractionIndex> m_byUser; // grouped by user
    std::vector<std::size_t> m_userOffsets; // [userCount + 1] into m_byUser
    std::vector<InteractionIndex> m_firstOfItem; // [itemCount], size() = never
    std::vector<UserIndex> m_usersById; // sorted by source id
};

} // namespace driftscope::data
