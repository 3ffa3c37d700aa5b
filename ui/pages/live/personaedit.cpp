// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/personaedit.h"

#include "ui/pages/live/livepresenter.h"

#include <utility>

namespace driftscope::ui {

PersonaEdit::PersonaEdit(LivePresenter& presenter, const QString& text, LiveSetting before, LiveSetting after)
    : QUndoCommand(text)
    , m_presenter(&presenter)
    , m_before(std::move(before))
    , m_after(std::move(after))
{
}

void PersonaEdit::show(const LiveSetting& setting)
{
    if (!m_presenter || !m_presenter->restore(setting))
        setObsolete(true);
}

} // namespace driftscope::ui
