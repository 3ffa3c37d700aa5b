// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/settings/recentpaths.h"

#include <functional>

class QMenu;

namespace driftscope::ui {

class Recovery;

/// Keeps a menu filled with what was opened lately, by kind.
///
/// @param open  called with what a person chooses.
void fillRecentMenu(QMenu& menu, RecentPaths& recent, std::function<void(RecentKind, const QString&)> open);

/// Keeps a menu filled with the drafts that were not saved: each can be opened or deleted. Without drafts the menu
/// cannot be opened.
void fillDraftMenu(QMenu& menu, Recovery& recovery);

} // namespace driftscope::ui
