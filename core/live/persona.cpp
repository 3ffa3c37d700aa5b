// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/live/persona.h"

#include <algorithm>
#include <utility>

namespace driftscope::live {

namespace {

constexpr data::UserIndex personaUser = 0;
constexpr data::UserIndex everyone = 1; // says when items came up first, which similarity looks at

/// Collects interactions in source order.
class Rows
{
public:
    void add(data::UserIndex user, data::ItemIndex item, bool isLiked, SimTime time)
    {
        const auto row = static_cast<std::uint32_t>(m_rows.size() + 1);
        m_rows.push_back({user, item, isLiked ? 1.0F : 0.0F, time, row});
    }
    std::vector<data::Interaction> take() { return std::move(m_rows); }

private:
    std::vector<data::Interaction> m_rows;
};

bool isSaid(const Persona& persona, data::ItemIndex item)
{
    return std::ranges::find(persona.said(), item, &Opinion::item) != persona.said().end();
}

Result<> check(const Persona& persona, const data::Dataset& dataset)
{
    for (const Opinion& opinion : persona.said())
        if (opinion.item >= dataset.itemCount())
            return fail(ErrorCode::BadArgument,
                        "The persona speaks of item number " + std::to_string(opinion.item)
                            + ", which this dataset does not have; start the persona anew.");
    if (persona.start() && persona.start()->user >= dataset.userCount())
        return fail(ErrorCode::BadArgument,
                    "The persona begins as user number " + std::to_string(persona.start()->user)
                        + ", whom this dataset does not have; start the persona anew.");
    return {};
}

} // namespace

void Persona::say(const Opinion& opinion)
{
    forget(opinion.item);
    m_said.push_back(opinion);
}

void Persona::forget(data::ItemIndex item)
{
    std::erase_if(m_said, [&](const Opinion& opinion) { return opinion.item == item; });
}

std::vector<bool> Persona::judged(const data::UserHistory& source) const
{
    std::vector<bool> flags(source.dataset().itemCount());
    for (const Opinion& opinion : m_said)
        if (opinion.item < flags.size())
            flags[opinion.item] = true;
    if (m_start)
        for (const auto known : source.before(*m_start))
            flags[source.dataset().item(known)] = true;
    return flags;
}

Persona personaOf(const data::UserHistory& source, data::UserIndex user, std::size_t events)
{
    const auto own = source.dataset().ofUser(user);
    if (events < own.size())
        return Persona(source.momentOf(own[events]));
    const SimTime after = own.empty() ? source.dataset().lastTime() : source.dataset().time(own.back());
    return Persona(data::Moment {user, after + std::chrono::seconds(1), std::nullopt});
}

Result<PersonaHistory> PersonaHistory::make(const Persona& persona, const data::UserHistory& source)
{
    const data::Dataset& dataset = source.dataset();
    DRIFTSCOPE_CHECK(check(persona, dataset));
    SimTime now = persona.start() ? persona.start()->time : dataset.lastTime();
    Rows rows;
    for (data::ItemIndex item = 0; item < dataset.itemCount(); ++item)
        if (const auto seen = dataset.firstSeen(item); seen && *seen <= now)
            rows.add(everyone, item, false, *seen);
    if (persona.start())
        for (const auto known : source.before(*persona.start()))
            if (!isSaid(persona, dataset.item(known))) // they have changed their mind
                rows.add(personaUser, dataset.item(known), source.isLiked(known), dataset.time(known));
    for (const Opinion& opinion : persona.said())
        rows.add(personaUser, opinion.item, opinion.isLiked, now += std::chrono::seconds(1));

    data::DatasetParts parts;
    parts.format = "persona";
    parts.userIds = {"persona", "everyone"};
    parts.catalog = dataset.catalog();
    parts.ratingKind = data::RatingKind::Label;
    parts.interactions = rows.take();
    DRIFTSCOPE_TRY(auto built, data::Dataset::build(std::move(parts)));
    return PersonaHistory {
        .history = data::UserHistory(std::move(built), data::LabelRule::defaultFor(data::RatingKind::Label)),
        .moment = {personaUser, now + std::chrono::seconds(1), std::nullopt}};
}

} // namespace driftscope::live
