// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/recordcodec_p.h"

#include <bit>
#include <climits>
#include <cstdint>
#include <type_traits>

namespace driftscope::store {

namespace {

template<typename Value>
using BitsOf = std::conditional_t<sizeof(Value) == 8, std::uint64_t, std::uint32_t>;

/// Little-endian bytes of the values, whatever the machine.
template<typename Value>
std::string packed(const std::vector<Value>& values)
{
    std::string bytes;
    bytes.reserve(values.size() * sizeof(Value));
    for (const Value value : values) {
        const auto bits = std::bit_cast<BitsOf<Value>>(value);
        for (std::size_t i = 0; i < sizeof(Value); ++i)
            bytes.push_back(static_cast<char>((bits >> (CHAR_BIT * i)) & 0xff));
    }
    return bytes;
}

template<typename Value>
bool unpack(const SQLite::Column& column, std::vector<Value>& values)
{
    const auto* bytes = static_cast<const unsigned char*>(column.getBlob());
    const auto size = static_cast<std::size_t>(column.getBytes());
    if (size % sizeof(Value) != 0)
        return false;
    values.reserve(size / sizeof(Value));
    for (std::size_t at = 0; at < size; at += sizeof(Value)) {
        BitsOf<Value> bits = 0;
        for (std::size_t i = 0; i < sizeof(Value); ++i)
            bits |= static_cast<BitsOf<Value>>(bytes[at + i]) << (CHAR_BIT * i);
        values.push_back(std::bit_cast<Value>(bits));
    }
    return true;
}

template<typename Value>
void bindList(SQLite::Statement& statement, int index, const std::vector<Value>& values)
{
    const std::string bytes = packed(values);
    // A null pointer would be stored as NULL, even with size 0.
    statement.bind(index, bytes.empty() ? static_cast<const void*>("") : bytes.data(), static_cast<int>(bytes.size()));
}

// Times and counts stay far below 2^53, so a double holds them whole.
constexpr std::size_t numbersPerUpdate = 3;

std::vector<double> numbersOf(const std::vector<baselines::ModelUpdate>& updates)
{
    std::vector<double> numbers;
    for (const auto& update : updates) {
        numbers.push_back(static_cast<double>(toUnix(update.time)));
        numbers.push_back(update.seconds);
        numbers.push_back(static_cast<double>(update.interactions));
    }
    return numbers;
}

std::vector<baselines::ModelUpdate> updatesOf(const std::vector<double>& numbers)
{
    std::vector<baselines::ModelUpdate> updates;
    for (std::size_t at = 0; at < numbers.size(); at += numbersPerUpdate)
        updates.push_back({fromUnix(static_cast<std::int64_t>(numbers[at])), numbers[at + 1],
                           static_cast<std::int64_t>(numbers[at + 2])});
    return updates;
}

enum ColumnOf {
    Row,
    Query,
    Arm,
    User,
    Time,
    EventIndex,
    IsLiked,
    Target,
    Tokens,
    ComputedTokens,
    Seconds,
    DroppedDemonstrations,
    DroppedHistoryItems,
    Leaks,
    Candidates,
    Scores,
    Positive,
    Negative,
    Demonstrations,
    CachedTokens,
    Updates
};

std::uint32_t index32(const SQLite::Statement& statement, ColumnOf column)
{
    return static_cast<std::uint32_t>(statement.getColumn(column).getInt64());
}

} // namespace

const char* insertRecordSql()
{
    return "INSERT INTO records (run, query, arm, user, time, eventIndex, isLiked, target, tokens, computedTokens, "
           "seconds, droppedDemonstrations, droppedHistoryItems, leaks, candidates, scores, positive, negative, "
           "demonstrations, cachedTokens, updates) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
           "?)";
}

const char* recordColumns()
{
    return "row, query, arm, user, time, eventIndex, isLiked, target, tokens, computedTokens, seconds, "
           "droppedDemonstrations, droppedHistoryItems, leaks, candidates, scores, positive, negative, demonstrations, "
           "cachedTokens, updates";
}

void bindRecord(SQLite::Statement& statement, std::int64_t run, const simulate::QueryRecord& record)
{
    statement.bind(1, run);
    statement.bind(1 + Query, static_cast<std::int64_t>(record.query));
    statement.bind(1 + Arm, static_cast<std::int64_t>(record.arm));
    statement.bind(1 + User, static_cast<std::int64_t>(record.user));
    statement.bind(1 + Time, record.time);
    statement.bind(1 + EventIndex, record.eventIndex);
    statement.bind(1 + IsLiked, record.isLiked ? 1 : 0);
    statement.bind(1 + Target, static_cast<std::int64_t>(record.target));
    statement.bind(1 + Tokens, record.tokens);
    statement.bind(1 + ComputedTokens, record.computedTokens);
    bindList(statement, 1 + Seconds, std::vector<double> {record.seconds});
    statement.bind(1 + DroppedDemonstrations, record.droppedDemonstrations);
    statement.bind(1 + DroppedHistoryItems, record.droppedHistoryItems);
    statement.bind(1 + Leaks, record.leaks);
    bindList(statement, 1 + Candidates, record.candidates);
    bindList(statement, 1 + Scores, record.scores);
    bindList(statement, 1 + Positive, record.positive);
    bindList(statement, 1 + Negative, record.negative);
    bindList(statement, 1 + Demonstrations, record.demonstrations);
    statement.bind(1 + CachedTokens, record.cachedTokens);
    bindList(statement, 1 + Updates, numbersOf(record.updates));
}

Result<simulate::QueryRecord> readRecord(const SQLite::Statement& statement)
{
    simulate::QueryRecord record;
    record.query = index32(statement, Query);
    record.arm = index32(statement, Arm);
    record.user = index32(statement, User);
    record.time = statement.getColumn(Time).getInt64();
    record.eventIndex = statement.getColumn(EventIndex).getInt64();
    record.isLiked = statement.getColumn(IsLiked).getInt() != 0;
    record.target = index32(statement, Target);
    record.tokens = statement.getColumn(Tokens).getInt64();
    record.computedTokens = statement.getColumn(ComputedTokens).getInt64();
    record.cachedTokens = statement.getColumn(CachedTokens).getInt64();
    record.droppedDemonstrations = statement.getColumn(DroppedDemonstrations).getInt();
    record.droppedHistoryItems = statement.getColumn(DroppedHistoryItems).getInt();
    record.leaks = statement.getColumn(Leaks).getInt();
    std::vector<double> seconds;
    std::vector<double> updates;
    const bool isWhole = unpack(statement.getColumn(Seconds), seconds)
        && unpack(statement.getColumn(Candidates), record.candidates)
        && unpack(statement.getColumn(Scores), record.scores) && unpack(statement.getColumn(Positive), record.positive)
        && unpack(statement.getColumn(Negative), record.negative)
        && unpack(statement.getColumn(Demonstrations), record.demonstrations)
        && unpack(statement.getColumn(Updates), updates) && updates.size() % numbersPerUpdate == 0;
    const bool isConsistent = record.target < record.scores.size() && record.candidates.size() == record.scores.size();
    if (!isWhole || !isConsistent || seconds.size() != 1)
        return fail(ErrorCode::Inconsistent,
                    "The stored answer to query " + std::to_string(record.query) + " is damaged; run it again.");
    record.seconds = seconds.front();
    record.updates = updatesOf(updates);
    return record;
}

} // namespace driftscope::store
