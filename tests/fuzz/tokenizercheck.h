// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace driftscope::fuzz {

/// Loads the tokenizer of a file; one that loads must encode any text and spell any token.
void checkTokenizer(const std::filesystem::path& path);

} // namespace driftscope::fuzz
