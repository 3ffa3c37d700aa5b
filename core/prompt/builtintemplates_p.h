// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/embeddedjson.h"

#include <span>

namespace driftscope::prompt {

/// Files of resources/templates, by id.
[[nodiscard]] std::span<const EmbeddedJson> builtInTemplates();

} // namespace driftscope::prompt
