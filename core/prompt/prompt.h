// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The prompt folder words a moment: template, spans, token budget, answers in context, leak check.
namespace driftscope::prompt {

/// What a part of the prompt's text is.
enum class SpanKind : std::uint8_t { Header, Demonstration, History, Target, Answer, Query, Cue };

[[nodiscard]] std::string_view spanKindName(SpanKind kind);

/// A part of the prompt. Spans may nest (a History span lies inside its Demonstration) and are sorted by start, then by
/// descending length.
struct Span {
    SpanKind kind = SpanKind::Header;
    std::size_t start = 0; ///< byte offset in Prompt::text
    std::size_t end = 0;
    std::optional<data::ItemIndex> item; ///< for History (one span an item), Target and Answer
    std::optional<data::InteractionIndex> interaction; ///< for Demonstration and History
    std::optional<std::size_t> demonstration; ///< which demonstration it belongs to; nothing = query
    std::size_t tokens = 0; ///< filled by countSpanTokens(); 0 until then
};

/// Something that was left out to fit the token budget.
struct Dropped {
    enum class Kind : std::uint8_t { Demonstration, HistoryItem };
    Kind kind = Kind::Demonstration;
    data::InteractionIndex interaction = 0;
    std::string reason; ///< for people
};

/// A rendered prompt for one candidate.
struct Prompt {
    std::string text;
    std::vector<Span> spans;
};

} // namespace driftscope::prompt
