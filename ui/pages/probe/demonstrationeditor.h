// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/probe/probepresenter.h"

#include <vector>

namespace driftscope::ui {

/// Turns what a person does to a row of the demonstrations into edits of the presenter, each of which Undo takes back.
/// Rows are those that the true next item's prompt shows.
class DemonstrationEditor
{
public:
    explicit DemonstrationEditor(ProbePresenter& presenter)
        : m_presenter(presenter)
    {
    }

    /// How many there are to edit; 0 while there is no answer.
    [[nodiscard]] int count() const;
    [[nodiscard]] bool isPinned(int row) const;

    /// Keeps it when the selector would choose others; or no longer.
    void togglePin(int row);
    void drop(int row);
    void move(int from, int to);
    /// Shows the other label.
    void relabel(int row);
    void replace(int row, data::InteractionIndex other);
    /// Next to the query.
    void add(data::InteractionIndex interaction);
    /// @param order  rows in the order wanted.
    void reorder(const std::vector<std::size_t>& order);

private:
    using Edit = demonstrations::DemonstrationEdit;
    using Shown = std::vector<demonstrations::Demonstration>;

    [[nodiscard]] const Shown& shown() const;
    [[nodiscard]] const demonstrations::Demonstration* at(int row) const;
    [[nodiscard]] QString titleOf(data::InteractionIndex interaction) const;
    /// Position among all that were chosen, of which the budget may have dropped some.
    [[nodiscard]] std::size_t positionOf(data::InteractionIndex interaction) const;
    void append(Edit edit, const QString& text);

    ProbePresenter& m_presenter;
};

} // namespace driftscope::ui
