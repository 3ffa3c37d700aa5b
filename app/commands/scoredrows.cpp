// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/scoredrows.h"

#include "app/commands/textlines.h"
#include "core/base/jsonfield.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace driftscope::app {

namespace {

using metrics::ScoredQuery;
using nlohmann::json;

/// The field, or null if it is missing or null.
const json* field(const json& row, const char* name)
{
    const auto found = row.find(name);
    return found == row.end() || found->is_null() ? nullptr : &*found;
}

Result<double> numberOf(const json& value, const std::string& name)
{
    if (!value.is_number() || !std::isfinite(value.get<double>()))
        return fail(ErrorCode::WrongType, "'" + name + "' must be a number.");
    return value.get<double>();
}

Result<std::uint32_t> countOf(const json& value, const std::string& name)
{
    if (!value.is_number_integer())
        return fail(ErrorCode::WrongType, "'" + name + "' must be a whole number.");
    if (value < 0 || value > 4'000'000'000)
        return fail(ErrorCode::BadValue, "'" + name + "' is " + value.dump() + ", out of range.");
    return value.get<std::uint32_t>();
}

Result<bool> labelOf(const json& value)
{
    if (value.is_boolean())
        return value.get<bool>();
    DRIFTSCOPE_TRY(const double label, numberOf(value, "label"));
    if (label != 0 && label != 1)
        return fail(ErrorCode::BadValue, "'label' is " + value.dump() + "; it must be 0 or 1.");
    return label == 1;
}

Result<> readLabel(const json& row, ScoredQuery& query)
{
    const json* const label = field(row, "label");
    const json* const score = field(row, "score");
    const json* const probability = field(row, "probability");
    if (label == nullptr && score == nullptr && probability == nullptr)
        return {};
    if (label == nullptr)
        return fail(ErrorCode::MissingField, "'label' is missing beside the score.");
    if (score != nullptr && probability != nullptr)
        return fail(ErrorCode::Inconsistent, "'score' and 'probability' are both given; give one of them.");
    if (score == nullptr && probability == nullptr)
        return fail(ErrorCode::MissingField, "'score' or 'probability' is missing beside the label.");
    query.isPointwise = true;
    DRIFTSCOPE_TRY(query.label, labelOf(*label));
    if (score != nullptr) {
        DRIFTSCOPE_TRY(query.logOdds, numberOf(*score, "score"));
        return {};
    }
    DRIFTSCOPE_TRY(query.probability, numberOf(*probability, "probability"));
    if (query.probability < 0 || query.probability > 1)
        return fail(ErrorCode::BadValue, "'probability' is " + probability->dump() + "; it must be from 0 to 1.");
    return {};
}

Result<> readRelevant(const json& relevant, ScoredQuery& query)
{
    if (!relevant.is_array())
        return fail(ErrorCode::WrongType, "'relevant' must be a list of positions in 'scores'.");
    for (const json& position : relevant) {
        DRIFTSCOPE_TRY(const std::uint32_t at, countOf(position, "relevant"));
        if (at >= query.scores.size())
            return fail(ErrorCode::BadValue,
                        "'relevant' names position " + std::to_string(at) + ", but 'scores' has "
                            + std::to_string(query.scores.size()) + " (counted from 0).");
        query.relevant.push_back(at);
    }
    std::vector<std::uint32_t> sorted = query.relevant;
    std::ranges::sort(sorted);
    if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
        return fail(ErrorCode::Duplicate, "'relevant' names position " + std::to_string(*twice) + " twice.");
    return {};
}

Result<> readList(const json& row, ScoredQuery& query)
{
    const json* const scores = field(row, "scores");
    const json* const relevant = field(row, "relevant");
    const json* const total = field(row, "totalRelevant");
    if (scores == nullptr && relevant == nullptr && total == nullptr)
        return {};
    if (scores == nullptr || relevant == nullptr)
        return fail(ErrorCode::MissingField,
                    std::string(scores == nullptr ? "'scores'" : "'relevant'")
                        + " is missing; a list needs both 'scores' and 'relevant'.");
    if (!scores->is_array())
        return fail(ErrorCode::WrongType, "'scores' must be a list of numbers.");
    if (scores->empty())
        return fail(ErrorCode::BadValue, "'scores' is empty; leave it out or give at least one score.");
    query.scores.reserve(scores->size());
    for (const json& score : *scores) {
        DRIFTSCOPE_TRY(const double value, numberOf(score, "scores"));
        query.scores.push_back(value);
    }
    DRIFTSCOPE_CHECK(readRelevant(*relevant, query));
    query.totalRelevant = static_cast<std::uint32_t>(query.relevant.size());
    if (total != nullptr) {
        DRIFTSCOPE_TRY(query.totalRelevant, countOf(*total, "totalRelevant"));
        if (query.totalRelevant < query.relevant.size())
            return fail(ErrorCode::Inconsistent,
                        "'totalRelevant' is " + total->dump() + ", but 'relevant' names "
                            + std::to_string(query.relevant.size()) + ".");
    }
    return {};
}

} // namespace

Result<> ScoredRowReader::readUser(const json& row, ScoredQuery& query)
{
    const json* const user = field(row, "user");
    m_hasUser.push_back(user != nullptr);
    if (user == nullptr) {
        query.user = m_nextUser++;
        return {};
    }
    if (!user->is_string() && !user->is_number())
        return fail(ErrorCode::WrongType, "'user' must be text or a number.");
    const auto [entry, isNew] = m_users.emplace(user->dump(), m_nextUser);
    m_nextUser += isNew ? 1 : 0;
    query.user = entry->second;
    return {};
}

Result<> ScoredRowReader::readRow(const json& row)
{
    if (!row.is_object())
        return fail(ErrorCode::WrongType, "the line must be a JSON object.");
    ScoredQuery query;
    DRIFTSCOPE_CHECK(readUser(row, query));
    DRIFTSCOPE_CHECK(readLabel(row, query));
    DRIFTSCOPE_CHECK(readList(row, query));
    if (!query.isPointwise && query.scores.empty())
        return fail(ErrorCode::MissingField, "there is neither a 'label' nor a list of 'scores'.");
    m_rows.push_back(std::move(query));
    return {};
}

Result<> ScoredRowReader::readAll(std::istream& input, const JobContext& context)
{
    std::string line;
    for (std::int64_t number = 1; std::getline(input, line); ++number) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Stopped at line " + std::to_string(number) + ".");
        if (line.find_first_not_of(" \t\r") == std::string::npos)
            continue;
        const std::string where = inputLine(number);
        DRIFTSCOPE_TRY(const json row, parseJsonLine(line, where, {.maxDepth = 8, .rejectDuplicateKeys = true}));
        if (const Result<> read = readRow(row); !read)
            return fail(read.error().code, where + ": " + read.error().message);
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (m_hasUser[i])
            m_withUser.push_back(&m_rows[i]);
    return {};
}

} // namespace driftscope::app
