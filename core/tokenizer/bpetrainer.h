// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace driftscope::tokenizer {

/// How a vocabulary is learned.
struct BpeTraining {
    std::size_t vocabularySize = 1024; ///< special tokens and the 256 bytes included
    std::string beginToken = "<|begin|>"; ///< stands before every text; empty = none
    std::string endToken = "<|end|>"; ///< empty = none
};

/// Learns a byte-level BPE vocabulary (GPT-2's words, no normalisation) and gives it as the text of a tokenizer.json.
///
/// The most frequent pair of neighbouring tokens is joined until the vocabulary is full or no pair occurs twice; of
/// equally frequent pairs the one that is first in byte order is taken, so that the same texts give the same file.
/// @param texts    what the model will read; broken UTF-8 is repaired first.
/// @param context  Stop is honoured between merges.
/// @retval ErrorCode::BadArgument  no texts, or a vocabulary that does not hold the 256 bytes and the special tokens.
/// @retval ErrorCode::Cancelled    stop was requested.
/// Source    Sennrich, Haddow, Birch 2016 (arXiv 1508.07909).
[[nodiscard]] Result<std::string> trainBpe(std::span<const std::string> texts, const BpeTraining& training,
                                           const JobContext& context = {});

} // namespace driftscope::tokenizer
