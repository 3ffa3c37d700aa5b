// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"
#include "ui/widgets/timeline.h"

#include <optional>
#include <vector>

namespace driftscope::ui {

/// Walks through a user's life: the user and the moment in focus, and the ways to another one. GUI thread.
class TimeWalk
{
public:
    /// @param focus  outlives this.
    explicit TimeWalk(Focus& focus)
        : m_focus(focus)
    {
    }

    /// Null without a dataset.
    [[nodiscard]] const data::Dataset* dataset() const;
    /// Nothing without a dataset or a moment.
    [[nodiscard]] std::optional<data::UserIndex> user() const;
    [[nodiscard]] QString userId() const;
    /// Position of the moment in the user's timeline; -1 without a user.
    [[nodiscard]] int position() const;
    /// How many interactions the user has; 0 without a user.
    [[nodiscard]] int lifeLength() const;
    [[nodiscard]] std::vector<TimelineEvent> timeline() const;
    /// What the user had done before the moment, the newest first.
    [[nodiscard]] std::vector<data::InteractionIndex> past(const data::Lag& lag) const;

    /// Moves to a user by their id in the source. False if there is none.
    bool chooseUser(const QString& id);
    /// Moves along the user's timeline.
    void moveTo(int position);
    /// Moves to the first interaction at or after a time ("1998-03-01"), or to one by its number from 1. False if it is
    /// neither.
    bool goTo(const QString& timeOrNumber);

private:
    [[nodiscard]] const data::UserHistory& history() const { return *m_focus.dataset()->history; }

    Focus& m_focus;
};

} // namespace driftscope::ui
