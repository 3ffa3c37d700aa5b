// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/metrics/scoredquery.h"

#include <nlohmann/json.hpp>

#include <istream>
#include <map>
#include <string>
#include <vector>

namespace driftscope::app {

/// Reads rows of labels with scores and of ranked lists, one JSON object a line.
///
/// A row has "label" with "score" (log-odds) or "probability", and/or "scores" with "relevant" and perhaps
/// "totalRelevant"; "user" is text or a number and may be left out.
class ScoredRowReader
{
public:
    /// Reads to the end; blank lines are passed over.
    ///
    /// @retval ErrorCode::BadJson, MissingField, WrongType, BadValue, Inconsistent, Duplicate  with the number of the
    /// line.
    /// @retval ErrorCode::Cancelled  stop was requested.
    [[nodiscard]] Result<> readAll(std::istream& input, const JobContext& context);

    /// All rows; one without a user is a user of its own.
    [[nodiscard]] const std::vector<metrics::ScoredQuery>& rows() const { return m_rows; }
    /// The rows that name a user.
    [[nodiscard]] const std::vector<const metrics::ScoredQuery*>& rowsWithUser() const { return m_withUser; }

private:
    [[nodiscard]] Result<> readRow(const nlohmann::json& row);
    [[nodiscard]] Result<> readUser(const nlohmann::json& row, metrics::ScoredQuery& query);

    std::vector<metrics::ScoredQuery> m_rows;
    std::vector<bool> m_hasUser;
    std::vector<const metrics::ScoredQuery*> m_withUser;
    std::map<std::string, std::uint32_t> m_users;
    std::uint32_t m_nextUser = 0;
};

} // namespace driftscope::app
