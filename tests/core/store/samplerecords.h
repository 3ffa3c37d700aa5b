// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/recordsink.h"

#include <QByteArray>
#include <QDir>
#include <QTemporaryDir>

#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>
#include <limits>

namespace driftscope::test {

/// A record whose numbers need every bit, different for each (query, arm).
inline simulate::QueryRecord sampleRecord(std::uint32_t query, std::uint32_t arm = 0)
{
    simulate::QueryRecord record;
    record.query = query;
    record.arm = arm;
    record.user = std::numeric_limits<std::uint32_t>::max() - query;
    record.time = -1'234'567'890'123 + query;
    record.eventIndex = 17 + query;
    record.isLiked = query % 2 == 0;
    record.candidates = {query, std::numeric_limits<std::uint32_t>::max(), 0};
    record.target = 2;
    record.scores = {0.1 + query, -0.0, 1.0 / 3 + arm};
    record.positive = {std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::infinity(), -1e300};
    record.negative = {std::nextafter(1.0, 2.0), std::numeric_limits<double>::quiet_NaN(), 0.30000000000000004};
    record.demonstrations = {5, 6, query};
    record.tokens = 5'000'000'000 + query;
    record.computedTokens = 12;
    record.cachedTokens = 6'000'000'000 + query;
    record.seconds = 0.1 * (query + 1);
    record.droppedDemonstrations = -1;
    record.droppedHistoryItems = 3;
    record.leaks = query % 3 == 0 ? 1 : 0;
    if (query % 2 == 1)
        record.updates = {{fromUnix(-86'400), 0.1 + query, 9'000'000'000}, {fromUnix(1'234'567'890), 1.0 / 3, query}};
    return record;
}

inline std::vector<simulate::QueryRecord> sampleBatch(std::uint32_t firstQuery, std::uint32_t count)
{
    std::vector<simulate::QueryRecord> records;
    for (std::uint32_t i = 0; i < count; ++i)
        records.push_back(sampleRecord(firstQuery + i));
    return records;
}

inline bool haveSameBits(const std::vector<double>& a, const std::vector<double>& b)
{
    return std::ranges::equal(
        a, b, {}, [](double v) { return std::bit_cast<std::uint64_t>(v); },
        [](double v) { return std::bit_cast<std::uint64_t>(v); });
}

inline bool isSame(const simulate::QueryRecord& a, const simulate::QueryRecord& b)
{
    return a.query == b.query && a.arm == b.arm && a.user == b.user && a.time == b.time && a.eventIndex == b.eventIndex
        && a.isLiked == b.isLiked && a.candidates == b.candidates && a.target == b.target
        && haveSameBits(a.scores, b.scores) && haveSameBits(a.positive, b.positive)
        && haveSameBits(a.negative, b.negative) && a.demonstrations == b.demonstrations && a.tokens == b.tokens
        && a.computedTokens == b.computedTokens && a.cachedTokens == b.cachedTokens
        && haveSameBits({a.seconds}, {b.seconds}) && a.droppedDemonstrations == b.droppedDemonstrations
        && a.droppedHistoryItems == b.droppedHistoryItems && a.leaks == b.leaks && a.updates == b.updates;
}

/// A folder for one test's store, removed with it.
struct StoreFolder {
    QTemporaryDir folder;
    [[nodiscard]] std::filesystem::path file(const char* name = "runs.sqlite") const
    {
        return folder.filePath(name).toStdString();
    }
};

} // namespace driftscope::test
