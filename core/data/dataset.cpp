// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <utility>

namespace driftscope::data {

namespace {

Error noRows(const DatasetParts& parts)
{
    const std::string where =
        parts.files.empty() ? "The data" : std::filesystem::path(parts.files.front().path).filename().string();
    std::string message = where + ": there is no interaction in it";
    if (!parts.report.problems.empty()) {
        const RowProblem& first = parts.report.problems.front();
        message += "; all " + std::to_string(parts.report.badRows) + " rows are unreadable, the first (line "
            + std::to_string(first.line) + ") because of " + std::string(errorName(first.problem));
    }
    return {ErrorCode::NoRows, message + ". Choose a file with at least one row user, item, time."};
}

/// Positions of the rows to leave out: later rows of a (user, item) pair. `rows` are sorted by (time, source row).
std::vector<bool> findDuplicates(const std::vector<Interaction>& rows, std::size_t userCount, std::size_t itemCount,
                                 std::vector<std::pair<std::size_t, std::size_t>>& pairs)
{
    std::vector<std::size_t> offsets(userCount + 1);
    for (const Interaction& row : rows)
        ++offsets[row.user + std::size_t {1}];
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
    std::vector<std::size_t> byUser(rows.size());
    std::vector<std::size_t> next(offsets.begin(), offsets.end() - 1);
    for (std::size_t i = 0; i < rows.size(); ++i)
        byUser[next[rows[i].user]++] = i;

    // One user at a time, so that a plain array over items replaces a hash set of pairs.
    constexpr auto never = static_cast<std::size_t>(-1);
    std::vector<std::size_t> firstRow(itemCount, never);
    std::vector<bool> isDuplicate(rows.size());
    for (std::size_t user = 0; user < userCount; ++user) {
        for (std::size_t k = offsets[user]; k < offsets[user + 1]; ++k) {
            std::size_t& first = firstRow[rows[byUser[k]].item];
            if (first == never) {
                first = byUser[k];
            } else {
                isDuplicate[byUser[k]] = true;
                pairs.emplace_back(byUser[k], first);
            }
        }
        for (std::size_t k = offsets[user]; k < offsets[user + 1]; ++k)
            firstRow[rows[byUser[k]].item] = never;
    }
    return isDuplicate;
}

/// Problems in the order of files and lines, no more than are listed.
void sortProblems(RowReport& report)
{
    std::vector<std::string> files; // in order of first appearance
    const auto rank = [&files](const std::string& file) {
        const auto known = std::find(files.begin(), files.end(), file);
        if (known == files.end())
            files.push_back(file);
        return known - files.begin();
    };
    for (const RowProblem& problem : report.problems)
        static_cast<void>(rank(problem.file));
    std::stable_sort(report.problems.begin(), report.problems.end(), [&](const RowProblem& a, const RowProblem& b) {
        return std::pair(rank(a.file), a.line) < std::pair(rank(b.file), b.line);
    });
    if (report.problems.size() > RowReport::maxListed)
        report.problems.resize(RowReport::maxListed);
}

void reportDuplicates(DatasetParts& parts, std::vector<std::pair<std::size_t, std::size_t>>& pairs)
{
    std::sort(pairs.begin(), pairs.end(), [&](const auto& a, const auto& b) {
        return parts.interactions[a.first].sourceRow < parts.interactions[b.first].sourceRow;
    });
    const std::string file =
        parts.files.empty() ? std::string() : std::filesystem::path(parts.files.front().path).filename().string();
    for (const auto& [later, first] : pairs) {
        const Interaction& row = parts.interactions[later];
        RowProblem problem {file, row.sourceRow, ErrorCode::Duplicate, {}};
        if (parts.report.duplicates < RowReport::maxListed) {
            problem.text = "user " + parts.userIds[row.user] + ", item " + parts.catalog.id(row.item)
                + ": kept is line " + std::to_string(parts.interactions[first].sourceRow);
        }
        parts.report.add(std::move(problem));
    }
}

} // namespace

Result<std::shared_ptr<const Dataset>> Dataset::build(DatasetParts parts)
{
    if (parts.interactions.empty())
        return tl::unexpected<Error>(noRows(parts));
    std::vector<Interaction>& rows = parts.interactions;
    std::sort(rows.begin(), rows.end(), [](const Interaction& a, const Interaction& b) {
        return a.time != b.time ? a.time < b.time : a.sourceRow < b.sourceRow;
    });
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    const std::vector<bool> isDuplicate = findDuplicates(rows, parts.userIds.size(), parts.catalog.size(), pairs);
    reportDuplicates(parts, pairs);
    sortProblems(parts.report);

    const std::shared_ptr<Dataset> dataset(new Dataset);
    dataset->takeColumns(rows, isDuplicate, rows.size() - pairs.size());
    dataset->m_format = std::move(parts.format);
    dataset->m_ratingKind = parts.ratingKind;
    dataset->m_catalog = std::move(parts.catalog);
    dataset->m_report = std::move(parts.report);
    dataset->m_files = std::move(parts.files);
    dataset->m_truth = std::move(parts.truth);
    dataset->m_userIds = std::move(parts.userIds);
    dataset->buildIndexes();
    return std::shared_ptr<const Dataset>(dataset);
}

void Dataset::takeColumns(const std::vector<Interaction>& rows, const std::vector<bool>& isLeftOut, std::size_t kept)
{
    m_users.reserve(kept);
    m_items.reserve(kept);
    m_ratings.reserve(kept);
    m_times.reserve(kept);
    m_sourceRows.reserve(kept);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (isLeftOut[i])
            continue;
        m_users.push_back(rows[i].user);
        m_items.push_back(rows[i].item);
        m_ratings.push_back(rows[i].rating);
        m_times.push_back(rows[i].time);
        m_sourceRows.push_back(rows[i].sourceRow);
    }
}

void Dataset::buildIndexes()
{
    m_userOffsets.assign(userCount() + 1, 0);
    for (const UserIndex user : m_users)
        ++m_userOffsets[user + std::size_t {1}];
    std::partial_sum(m_userOffsets.begin(), m_userOffsets.end(), m_userOffsets.begin());
    m_byUser.resize(size());
    std::vector<std::size_t> next(m_userOffsets.begin(), m_userOffsets.end() - 1);
    m_firstOfItem.assign(itemCount(), static_cast<InteractionIndex>(size()));
    for (InteractionIndex i = 0; i < size(); ++i) {
        m_byUser[next[m_users[i]]++] = i;
        if (m_firstOfItem[m_items[i]] == size())
            m_firstOfItem[m_items[i]] = i;
    }
    m_usersById.resize(userCount());
    std::iota(m_usersById.begin(), m_usersById.end(), UserIndex {0});
    std::sort(m_usersById.begin(), m_usersById.end(),
              [this](UserIndex a, UserIndex b) { return m_userIds[a] < m_userIds[b]; });
}

std::optional<UserIndex> Dataset::findUser(std::string_view id) const
{
    const auto found =
        std::lower_bound(m_usersById.begin(), m_usersById.end(), id,
                         [this](UserIndex user, std::string_view wanted) { return m_userIds[user] < wanted; });
    if (found == m_usersById.end() || m_userIds[*found] != id)
        return std::nullopt;
    return *found;
}

std::span<const InteractionIndex> Dataset::ofUser(UserIndex user) const
{
    return std::span(m_byUser).subspan(m_userOffsets[user],
                                       m_userOffsets[user + std::size_t {1}] - m_userOffsets[user]);
}

std::optional<SimTime> Dataset::firstSeen(ItemIndex item) const
{
    const InteractionIndex first = m_firstOfItem[item];
    if (first == size())
        return std::nullopt;
    return m_times[first];
}

} // namespace driftscope::data
