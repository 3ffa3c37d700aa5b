// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/prompt.h"

#include <QColor>
#include <QPalette>

namespace driftscope::ui {

/// True if the palette is a dark one.
[[nodiscard]] bool isDarkPalette(const QPalette& palette);

/// Blue for liked, orange for disliked: told apart with any colour vision.
[[nodiscard]] QColor labelColor(bool isLiked, const QPalette& palette);

/// Background of a part of the prompt; the same in the prompt's text and in its token ruler.
[[nodiscard]] QColor spanColor(prompt::SpanKind kind, const QPalette& palette);

/// What people call a part of the prompt.
[[nodiscard]] QString spanTitle(prompt::SpanKind kind);

} // namespace driftscope::ui
