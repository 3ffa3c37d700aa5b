// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/probe/demonstrationeditor.h"

#include <algorithm>

namespace driftscope::ui {

using Kind = demonstrations::DemonstrationEdit::Kind;

const DemonstrationEditor::Shown& DemonstrationEditor::shown() const
{
    static const Shown none;
    const auto& answer = m_presenter.answer();
    return answer && answer->question.arm.isModel() ? answer->built.contextOf(answer->candidates.target).demonstrations
                                                    : none;
}

int DemonstrationEditor::count() const
{
    return static_cast<int>(shown().size());
}

const demonstrations::Demonstration* DemonstrationEditor::at(int row) const
{
    return row >= 0 && row < count() ? &shown()[static_cast<std::size_t>(row)] : nullptr;
}

QString DemonstrationEditor::titleOf(data::InteractionIndex interaction) const
{
    const data::Dataset& dataset = *m_presenter.dataset();
    return QString::fromStdString(dataset.catalog().title(dataset.item(interaction)));
}

std::size_t DemonstrationEditor::positionOf(data::InteractionIndex interaction) const
{
    const auto& choices = m_presenter.answer()->built.edited.choices;
    const auto found = std::ranges::find(choices, interaction, &demonstrations::Choice::interaction);
    return static_cast<std::size_t>(found - choices.begin());
}

void DemonstrationEditor::append(Edit edit, const QString& text)
{
    auto edits = m_presenter.edits();
    edits.push_back(edit);
    m_presenter.setEdits(std::move(edits), text);
}

bool DemonstrationEditor::isPinned(int row) const
{
    const auto* one = at(row);
    return one && std::ranges::any_of(m_presenter.edits(), [&](const Edit& edit) {
               return edit.kind == Kind::Pin && edit.interaction == one->interaction;
           });
}

void DemonstrationEditor::togglePin(int row)
{
    const auto* one = at(row);
    if (!one)
        return;
    if (!isPinned(row)) {
        append({.kind = Kind::Pin, .interaction = one->interaction},
               ProbePresenter::tr("pin %1").arg(titleOf(one->interaction)));
        return;
    }
    auto edits = m_presenter.edits();
    std::erase_if(edits,
                  [&](const Edit& edit) { return edit.kind == Kind::Pin && edit.interaction == one->interaction; });
    m_presenter.setEdits(std::move(edits), ProbePresenter::tr("unpin %1").arg(titleOf(one->interaction)));
}

void DemonstrationEditor::drop(int row)
{
    if (const auto* one = at(row))
        append({.kind = Kind::Drop, .interaction = one->interaction},
               ProbePresenter::tr("drop %1").arg(titleOf(one->interaction)));
}

void DemonstrationEditor::move(int from, int to)
{
    const auto* one = at(from);
    const auto* there = at(to);
    if (one && there && from != to)
        append({.kind = Kind::Move, .interaction = one->interaction, .position = positionOf(there->interaction)},
               ProbePresenter::tr("move %1").arg(titleOf(one->interaction)));
}

void DemonstrationEditor::relabel(int row)
{
    const auto* one = at(row);
    if (!one)
        return;
    const bool isFlipped = m_presenter.answer()->question.arm.demonstrations.areLabelsFlipped;
    const bool chosenLabel = one->isLiked != isFlipped; // as it was before the arm's control
    append({.kind = Kind::Relabel, .interaction = one->interaction, .isLiked = !chosenLabel},
           ProbePresenter::tr("relabel %1").arg(titleOf(one->interaction)));
}

void DemonstrationEditor::replace(int row, data::InteractionIndex other)
{
    if (const auto* one = at(row))
        append({.kind = Kind::Replace, .interaction = one->interaction, .other = other},
               ProbePresenter::tr("replace %1").arg(titleOf(one->interaction)));
}

void DemonstrationEditor::add(data::InteractionIndex interaction)
{
    const std::size_t end = m_presenter.answer() ? m_presenter.answer()->built.edited.choices.size() : 0;
    append({.kind = Kind::Add, .interaction = interaction, .position = end},
           ProbePresenter::tr("add %1").arg(titleOf(interaction)));
}

void DemonstrationEditor::reorder(const std::vector<std::size_t>& order)
{
    if (order.size() != shown().size() || order.empty())
        return;
    const std::size_t choices = m_presenter.answer()->built.edited.choices.size();
    const std::size_t first = choices - std::min(choices, order.size()); // what the budget drops stands before
    auto edits = m_presenter.edits();
    for (std::size_t i = 0; i < order.size(); ++i)
        edits.push_back({.kind = Kind::Move, .interaction = shown()[order[i]].interaction, .position = first + i});
    m_presenter.setEdits(std::move(edits), ProbePresenter::tr("take another order"));
}

} // namespace driftscope::ui
