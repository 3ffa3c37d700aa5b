// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace driftscope {

/// A JSON file of resources/, compiled in by driftscope_embed_json() (cmake/targets.cmake), so that a library needs no
/// resource path.
struct EmbeddedJson {
    std::string_view id; ///< file name without its ending
    std::string_view json;
};

} // namespace driftscope
