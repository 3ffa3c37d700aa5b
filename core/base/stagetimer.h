// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace driftscope {

/// Seconds that one thread spends in each stage of its work. Stages may stand inside one another: each second counts
/// for the innermost only.
class StageTimes
{
public:
    struct Stage {
        std::string_view name; ///< a literal
        double seconds = 0;
        std::int64_t calls = 0;
    };

    /// In the order in which they were first entered; "other" is what was in no stage.
    [[nodiscard]] const std::vector<Stage>& stages() const { return m_stages; }

private:
    friend class StageTimer;
    friend class StageCollection;

    void enter(std::string_view name);
    void leave();
    void charge();

    using Clock = std::chrono::steady_clock;
    std::vector<Stage> m_stages {{"other", 0, 0}};
    std::vector<std::size_t> m_open {0}; ///< indices into m_stages, the innermost last
    Clock::time_point m_since {};
};

/// While it lives, the stages that this thread enters are timed. One at a time a thread.
class StageCollection
{
public:
    explicit StageCollection(StageTimes& times);
    ~StageCollection();
    StageCollection(const StageCollection&) = delete;
    StageCollection& operator=(const StageCollection&) = delete;
};

/// Marks a stage from here to the end of the block. Costs one look at a thread's variable while nothing is collected.
///
///     const StageTimer timer("attention");
class StageTimer
{
public:
    /// @param stage  a literal.
    explicit StageTimer(std::string_view stage);
    ~StageTimer();
    StageTimer(const StageTimer&) = delete;
    StageTimer& operator=(const StageTimer&) = delete;

private:
    StageTimes* m_times;
};

} // namespace driftscope
