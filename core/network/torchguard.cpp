// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/torchguard.h"

namespace driftscope::network {

std::string firstLine(std::string_view message)
{
    return std::string(message.substr(0, message.find('\n')));
}

bool isOutOfMemory(const std::exception& error)
{
    if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr)
        return true;
    const std::string_view message = error.what();
    return message.find("can't allocate memory") != std::string_view::npos
        || message.find("out of memory") != std::string_view::npos
        || message.find("not enough memory") != std::string_view::npos;
}

} // namespace driftscope::network
