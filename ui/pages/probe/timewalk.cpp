// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/timewalk.h"

#include "ui/pages/probe/interestinguser.h"
#include "ui/pages/probe/userlife.h"

namespace driftscope::ui {

const data::Dataset* TimeWalk::dataset() const
{
    const auto& open = m_focus.dataset();
    return open ? &open->dataset() : nullptr;
}

std::optional<data::UserIndex> TimeWalk::user() const
{
    const auto moment = m_focus.moment();
    return moment && dataset() ? std::optional(dataset()->user(*moment)) : std::nullopt;
}

QString TimeWalk::userId() const
{
    const auto who = user();
    return who ? QString::fromStdString(dataset()->userId(*who)) : QString();
}

int TimeWalk::position() const
{
    return user() ? positionOf(*dataset(), *m_focus.moment()) : -1;
}

int TimeWalk::lifeLength() const
{
    const auto who = user();
    return who ? static_cast<int>(dataset()->ofUser(*who).size()) : 0;
}

std::vector<TimelineEvent> TimeWalk::timeline() const
{
    const auto who = user();
    return who ? timelineOf(history(), *who) : std::vector<TimelineEvent> {};
}

std::vector<data::InteractionIndex> TimeWalk::past(const data::Lag& lag) const
{
    if (!user())
        return {};
    const auto known = history().before(history().momentOf(*m_focus.moment()), lag);
    return {known.rbegin(), known.rend()};
}

bool TimeWalk::chooseUser(const QString& id)
{
    const auto found = dataset() ? dataset()->findUser(id.trimmed().toStdString()) : std::nullopt;
    if (!found || dataset()->ofUser(*found).empty())
        return false;
    m_focus.setMoment(interestingMoment(history(), *found));
    return true;
}

void TimeWalk::moveTo(int position)
{
    const auto who = user();
    if (!who)
        return;
    const auto own = dataset()->ofUser(*who);
    if (position >= 0 && position < static_cast<int>(own.size()))
        m_focus.setMoment(own[static_cast<std::size_t>(position)]);
}

bool TimeWalk::goTo(const QString& timeOrNumber)
{
    const auto who = user();
    const auto position = who ? positionOfText(*dataset(), *who, timeOrNumber) : std::nullopt;
    moveTo(position.value_or(-1));
    return position.has_value();
}

} // namespace driftscope::ui
