// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/jsonfield.h"
#include "core/demonstrations/demonstrationselector.h"
#include "core/prompt/promptbuilder.h"

#include <algorithm>
#include <string_view>

#include "tests/core/demonstrations/handmadedata.h"

/// A viewer's life and wordings for tests of prompts.
namespace driftscope::handmade {

/// ann: Heat (liked), Babe (not), Alien (liked), Up (not), then asked for Brazil; one a day. "Solaris" has no year.
inline std::shared_ptr<const data::Dataset> annsMovies()
{
    return makeDataset({{"ann", "1", 5, 1 * day},
                        {"ann", "2", 2, 2 * day},
                        {"bob", "3", 5, 2 * day},
                        {"ann", "3", 4, 3 * day},
                        {"ann", "4", 1, 4 * day},
                        {"ann", "5", 5, 5 * day},
                        {"bob", "6", 5, 6 * day}},
                       {{"1", "Heat", "1995"},
                        {"2", "Babe", "1995"},
                        {"3", "Alien", "1979"},
                        {"4", "Up", "2009"},
                        {"5", "Brazil", "1985"},
                        {"6", "Solaris", ""}});
}

inline data::ItemIndex itemOf(const data::Dataset& dataset, const std::string& id)
{
    return *dataset.catalog().find(id);
}

/// A demonstration of one of ann's interactions with the history it had then.
inline demonstrations::Demonstration demonstrationOf(const data::UserHistory& history, const std::string& item)
{
    return demonstrations::withHistories(history, {{interactionOf(history.dataset(), "ann", item), "test"}}, {})
        .front();
}

/// What the prompt says at ann's interaction with item 5: demonstrations of the named items, history of likes.
inline prompt::PromptContext contextOf(const data::UserHistory& history, const std::vector<std::string>& shown)
{
    prompt::PromptContext context;
    for (const auto& item : shown)
        context.demonstrations.push_back(demonstrationOf(history, item));
    context.history = history.likedBefore(history.momentOf(interactionOf(history.dataset(), "ann", "5")), 10);
    return context;
}

/// One token a word: runs of what is not blank.
inline std::size_t countWords(std::string_view text)
{
    std::size_t words = 0;
    bool isInWord = false;
    for (const char c : text) {
        const bool isBlank = c == ' ' || c == '\n';
        words += !isBlank && !isInWord ? 1 : 0;
        isInWord = !isBlank;
    }
    return words;
}

inline prompt::PromptTemplate wordingOf(const std::string& demonstration, const std::string& query,
                                        const std::string& header = "", const std::string& historyItem = "{title}",
                                        const std::string& separator = ", ")
{
    const nlohmann::json json {{"version", 1},
                               {"id", "test"},
                               {"title", "Test"},
                               {"header", header},
                               {"demonstration", demonstration},
                               {"query", query},
                               {"answers", {{"positive", " Yes"}, {"negative", " No"}}},
                               {"historyItem", historyItem},
                               {"historySeparator", separator},
                               {"emptyHistory", "-"}};
    return *prompt::PromptTemplate::parse(json.dump(), "test");
}

/// "Kind[3,7)" of every span, with its text.
inline std::string spellSpans(const prompt::Prompt& prompt)
{
    std::string text;
    for (const auto& span : prompt.spans) {
        text += std::string(prompt::spanKindName(span.kind));
        if (span.demonstration)
            text += std::to_string(*span.demonstration);
        text += "<" + prompt.text.substr(span.start, span.end - span.start) + ">\n";
    }
    std::replace(text.begin(), text.end(), '\t', ' ');
    return text;
}

} // namespace driftscope::handmade
