// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/simtime.h"

#include <cstddef>
#include <string>

namespace driftscope::demonstrations {

/// "most recent", "2nd most recent", "11th most recent": `rank` counts from 1.
[[nodiscard]] std::string recencyWords(std::size_t rank);

/// "3 days before": the largest whole unit between the two times; "in the same second" if they are equal.
[[nodiscard]] std::string distanceWords(SimTime earlier, SimTime later);

/// "most similar to the candidates (0.42)", "2nd most similar ...": `rank` counts from 1.
[[nodiscard]] std::string similarityWords(std::size_t rank, double similarity);

} // namespace driftscope::demonstrations
