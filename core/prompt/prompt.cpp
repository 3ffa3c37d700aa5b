// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/prompt.h"

#include "core/prompt/promptbuilder.h"

#include <map>

namespace driftscope::prompt {

std::string_view spanKindName(SpanKind kind)
{
    switch (kind) {
    case SpanKind::Header:
        return "header";
    case SpanKind::Demonstration:
        return "demonstration";
    case SpanKind::History:
        return "history";
    case SpanKind::Target:
        return "target";
    case SpanKind::Answer:
        return "answer";
    case SpanKind::Query:
        return "query";
    case SpanKind::Cue:
        return "cue";
    }
    return "unknown";
}

void countSpanTokens(Prompt& prompt, const TokenCounter& count)
{
    std::map<std::size_t, std::size_t> tokensUpTo; // neighbouring spans share their boundaries
    const auto upTo = [&](std::size_t byte) {
        const auto [entry, isNew] = tokensUpTo.try_emplace(byte, 0);
        if (isNew)
            entry->second = count(std::string_view(prompt.text).substr(0, byte));
        return entry->second;
    };
    for (auto& span : prompt.spans) {
        const auto before = upTo(span.start);
        const auto after = upTo(span.end);
        span.tokens = after > before ? after - before : 0; // a longer text may have fewer tokens, by a merge
    }
}

} // namespace driftscope::prompt
