// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/datafolder.h"

#include <cstdlib>

namespace driftscope {

std::filesystem::path dataFolder()
{
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0')
        return std::filesystem::path(data) / "driftscope";
    const char* home = std::getenv("HOME");
    const bool hasHome = home != nullptr && *home != '\0';
    return std::filesystem::path(hasHome ? home : ".") / ".local" / "share" / "driftscope";
}

} // namespace driftscope
