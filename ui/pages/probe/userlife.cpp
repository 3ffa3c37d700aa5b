// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/userlife.h"

#include "core/base/simtime.h"
#include "core/data/drifttruth.h"

#include <QCoreApplication>

#include <algorithm>

namespace driftscope::ui {

namespace {

QString shiftText(const data::TasteShift& shift)
{
    const auto name = data::shiftName(shift.kind);
    const QString kind = QString::fromUtf8(name.data(), qsizetype(name.size()));
    return shift.isSwap
        ? QCoreApplication::translate("Timeline", "%1 shift of taste: liked and disliked change places").arg(kind)
        : QCoreApplication::translate("Timeline", "%1 shift of taste").arg(kind);
}

} // namespace

std::vector<TimelineEvent> timelineOf(const data::UserHistory& history, data::UserIndex user)
{
    const data::Dataset& dataset = history.dataset();
    std::vector<TimelineEvent> events;
    for (const auto i : dataset.ofUser(user))
        events.push_back({QString::fromStdString(dataset.catalog().title(dataset.item(i))),
                          QString::fromStdString(formatTime(dataset.time(i))), history.isLiked(i)});
    if (const auto* truth = dataset.truth())
        for (const auto& shift : truth->users[user].shifts)
            if (shift.event < events.size())
                events[shift.event].shift = shiftText(shift);
    return events;
}

int positionOf(const data::Dataset& dataset, data::InteractionIndex interaction)
{
    const auto own = dataset.ofUser(dataset.user(interaction));
    return static_cast<int>(std::ranges::find(own, interaction) - own.begin());
}

std::optional<int> positionOfText(const data::Dataset& dataset, data::UserIndex user, const QString& text)
{
    const auto own = dataset.ofUser(user);
    const auto last = static_cast<int>(own.size()) - 1;
    bool isNumber = false;
    const int number = text.trimmed().toInt(&isNumber);
    if (isNumber)
        return number >= 1 && number <= last + 1 ? std::optional(number - 1) : std::nullopt;
    const auto time = parseTime(text.trimmed().toStdString());
    if (!time)
        return std::nullopt;
    const auto at = std::ranges::find_if(own, [&](auto i) { return dataset.time(i) >= *time; });
    return std::min(static_cast<int>(at - own.begin()), last);
}

} // namespace driftscope::ui
