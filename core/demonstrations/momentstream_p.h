// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/data/userhistory.h"

#include <string_view>

namespace driftscope::demonstrations {

/// Random numbers that depend on seed, name and moment alone.
[[nodiscard]] inline RandomStream momentStream(std::uint64_t seed, std::string_view name, const data::Moment& moment)
{
    const auto& interaction = moment.interaction;
    const auto when = interaction ? std::uint64_t {*interaction} : static_cast<std::uint64_t>(toUnix(moment.time));
    return {seed, name, {moment.user, interaction ? 1U : 0U, when}};
}

} // namespace driftscope::demonstrations
