// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulate/recordsink.h"

#include <cstdint>
#include <mutex>
#include <vector>

namespace driftscope::ui {

/// The records of a running simulation for the live curves: each is passed on to the store first, and kept here only
/// once it is on disk. accept() on the simulation's thread, the rest on any.
class RecordLog : public simulate::RecordSink
{
public:
    /// @param next      the store's writer; set before the first accept().
    /// @param recorded  what is on record already, when a run goes on.
    void start(simulate::RecordSink& next, std::vector<simulate::QueryRecord> recorded);
    [[nodiscard]] Result<> accept(std::span<const simulate::QueryRecord> records) override;

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::vector<simulate::QueryRecord> snapshot() const;
    [[nodiscard]] std::uint64_t leaks() const;
    /// Tokens of all prompts and seconds of scoring in this session, for the next estimate.
    [[nodiscard]] double tokensPerSecond() const;

private:
    simulate::RecordSink* m_next = nullptr;
    mutable std::mutex m_mutex;
    std::vector<simulate::QueryRecord> m_records;
    std::uint64_t m_leaks = 0;
    double m_tokens = 0;
    double m_seconds = 0;
};

} // namespace driftscope::ui
