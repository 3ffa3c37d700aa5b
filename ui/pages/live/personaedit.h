// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/live/livesetting.h"

#include <QPointer>
#include <QUndoCommand>

namespace driftscope::ui {

class PersonaEditor;

/// Something said or set on the page Live that can be taken back. Of no effect once another dataset is open or the page
/// is gone.
class PersonaEdit : public QUndoCommand
{
public:
    /// @param text  what was done, as the menu Edit says it after "Undo": "like Heat".
    PersonaEdit(PersonaEditor& editor, const QString& text, LiveSetting before, LiveSetting after);

    void undo() override { show(m_before); }
    void redo() override { show(m_after); }

private:
    void show(const LiveSetting& setting);

    QPointer<PersonaEditor> m_editor;
    LiveSetting m_before;
    LiveSetting m_after;
};

} // namespace driftscope::ui
