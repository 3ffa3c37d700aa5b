// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace driftscope::ui {

class Workspace;

/// Notes in the settings what is open from now on, for the next start.
void rememberSession(Workspace& workspace);

/// Opens what was open when the program was last used, as far as the settings ask for it.
///
/// @param mayLoad  false: no model is loaded, whatever the settings say.
/// @return true if something is being opened.
bool resumeSession(Workspace& workspace, bool mayLoad);

} // namespace driftscope::ui
