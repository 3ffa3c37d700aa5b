// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/live/personaedit.h"

#include "ui/pages/live/personaeditor.h"

#include <utility>

namespace driftscope::ui {

PersonaEdit::PersonaEdit(PersonaEditor& editor, const QString& text, LiveSetting before, LiveSetting after)
    : QUndoCommand(text)
    , m_editor(&editor)
    , m_before(std::move(before))
    , m_after(std::move(after))
{
}

void PersonaEdit::show(const LiveSetting& setting)
{
    if (!m_editor || !m_editor->restore(setting))
        setObsolete(true);
}

} // namespace driftscope::ui
