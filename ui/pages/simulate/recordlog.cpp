// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/simulate/recordlog.h"

namespace driftscope::ui {

void RecordLog::start(simulate::RecordSink& next, std::vector<simulate::QueryRecord> recorded)
{
    const std::lock_guard lock(m_mutex);
    m_next = &next;
    m_records = std::move(recorded);
    for (const auto& record : m_records)
        m_leaks += static_cast<std::uint64_t>(record.leaks);
}

Result<> RecordLog::accept(std::span<const simulate::QueryRecord> records)
{
    DRIFTSCOPE_CHECK(m_next->accept(records));
    const std::lock_guard lock(m_mutex);
    for (const auto& record : records) {
        m_records.push_back(record);
        m_leaks += static_cast<std::uint64_t>(record.leaks);
        m_tokens += static_cast<double>(record.tokens);
        m_seconds += record.seconds;
    }
    return {};
}

std::size_t RecordLog::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_records.size();
}

std::vector<simulate::QueryRecord> RecordLog::snapshot() const
{
    const std::lock_guard lock(m_mutex);
    return m_records;
}

std::uint64_t RecordLog::leaks() const
{
    const std::lock_guard lock(m_mutex);
    return m_leaks;
}

double RecordLog::tokensPerSecond() const
{
    const std::lock_guard lock(m_mutex);
    return m_seconds > 0 ? m_tokens / m_seconds : 0;
}

} // namespace driftscope::ui
