// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/userhistory.h"

#include <optional>
#include <span>
#include <vector>

/// The live folder lets a person make up a user: what that persona likes and dislikes becomes history and
/// demonstrations by the rules of any user of the data, and scenarios tell what to say and what comes of it.
namespace driftscope::live {

/// What the persona says about an item.
struct Opinion {
    data::ItemIndex item = 0;
    bool isLiked = true;

    bool operator==(const Opinion&) const = default;
};

/// A made-up user: begins with nothing, or with what a user of the data had done before a moment, and goes on with
/// opinions given by hand.
class Persona
{
public:
    /// One that nothing is known of.
    Persona() = default;
    /// One that begins as a user of the data at a moment.
    explicit Persona(const data::Moment& start)
        : m_start(start)
    {
    }

    [[nodiscard]] const std::optional<data::Moment>& start() const { return m_start; }
    /// What was said by hand, oldest first; one opinion an item.
    [[nodiscard]] std::span<const Opinion> said() const { return m_said; }

    /// Says something new; an earlier opinion on the same item is taken back.
    void say(const Opinion& opinion);
    /// Takes an opinion back; nothing happens if there is none.
    void forget(data::ItemIndex item);
    void forgetAll() { m_said.clear(); }

    /// The items that the persona has an opinion on: said, or from the user it begins as.
    ///
    /// @param source  of the data.
    /// @return one flag an item of the catalogue.
    [[nodiscard]] std::vector<bool> judged(const data::UserHistory& source) const;

private:
    std::optional<data::Moment> m_start;
    std::vector<Opinion> m_said;
};

/// A persona that begins as a user of the data after so many of their interactions; all of them if there are fewer.
[[nodiscard]] Persona personaOf(const data::UserHistory& source, data::UserIndex user, std::size_t events);

/// A persona as a user of a dataset, so that prompts are made of it by the calls that serve every other user.
///
/// The dataset has the catalogue of the source, the persona's interactions, and one more user who stands for the first
/// time that each item occurred; the source's users are not in it. Opinions follow the start one second apart.
struct PersonaHistory {
    data::UserHistory history;
    data::Moment moment; ///< after everything that was said

    /// @retval ErrorCode::BadArgument  the persona speaks of an item, or begins as a user, that the source lacks.
    ///   Cost    grows with the catalogue: some 0.2 ms for a thousand items.
    [[nodiscard]] static Result<PersonaHistory> make(const Persona& persona, const data::UserHistory& source);
};

} // namespace driftscope::live
