// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/stagetimer.h"

#include <algorithm>

namespace driftscope {

namespace {

thread_local StageTimes* collecting = nullptr;

} // namespace

void StageTimes::charge()
{
    const Clock::time_point now = Clock::now();
    m_stages[m_open.back()].seconds += std::chrono::duration<double>(now - m_since).count();
    m_since = now;
}

void StageTimes::enter(std::string_view name)
{
    charge();
    auto stage = std::ranges::find(m_stages, name, &Stage::name);
    if (stage == m_stages.end())
        stage = m_stages.insert(stage, {name, 0, 0});
    ++stage->calls;
    m_open.push_back(static_cast<std::size_t>(stage - m_stages.begin()));
}

void StageTimes::leave()
{
    charge();
    m_open.pop_back();
}

StageCollection::StageCollection(StageTimes& times)
{
    times.m_since = StageTimes::Clock::now();
    collecting = &times;
}

StageCollection::~StageCollection()
{
    collecting->charge();
    collecting = nullptr;
}

StageTimer::StageTimer(std::string_view stage)
    : m_times(collecting)
{
    if (m_times != nullptr)
        m_times->enter(stage);
}

StageTimer::~StageTimer()
{
    if (m_times != nullptr)
        m_times->leave();
}

} // namespace driftscope
