// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/templateexample.h"

#include "core/demonstrations/demonstrationselector.h"

#include <algorithm>
#include <array>
#include <map>

namespace driftscope::prompt {

namespace {

struct ExampleItem {
    const char* title;
    const char* year;
    const char* genres;
    float rating;
};
constexpr std::array<ExampleItem, 5> items {{{"The Lighthouse", "2001", "Drama", 5},
                                             {"Night Train", "1987", "Thriller", 2},
                                             {"Far Harbour", "1994", "Adventure", 4},
                                             {"Paper Moons", "2010", "Comedy", 1},
                                             {"The Long Field", "", "", 5}}};
constexpr std::size_t target = items.size() - 1;
constexpr std::int64_t daySeconds = 86'400;

std::shared_ptr<const data::Dataset> exampleData(const TemplateText& text)
{
    data::DatasetParts parts;
    parts.format = "example";
    parts.userIds = {"example"};
    std::uint32_t row = 0;
    for (const auto& item : items) {
        const auto index = parts.catalog.intern(item.title);
        parts.catalog.setAttribute(index, "year", item.year);
        parts.catalog.setAttribute(index, "genres", item.genres);
        if (index != target)
            for (const auto& name : text.attributes())
                if (name != "year" && name != "genres")
                    parts.catalog.setAttribute(index, name, name + " of " + item.title);
        parts.interactions.push_back({0, index, item.rating, fromUnix(++row * daySeconds), row});
    }
    auto dataset = data::Dataset::build(std::move(parts));
    return dataset ? *dataset : nullptr; // it always can
}

/// What stands in a span beside the words of the template.
bool isFilledIn(SpanKind kind)
{
    return kind == SpanKind::History || kind == SpanKind::Target || kind == SpanKind::Answer;
}

} // namespace

Prompt exampleOf(const CheckedTemplate& checked, const TemplateText& text)
{
    const auto dataset = exampleData(text);
    const data::UserHistory history(dataset, data::LabelRule::defaultFor(data::RatingKind::Rating),
                                    data::TiePolicy::Exclude);
    std::vector<demonstrations::Choice> choices;
    for (data::InteractionIndex i = 0; i < target; ++i)
        choices.push_back({i, "example"});
    PromptContext context;
    context.demonstrations = demonstrations::withHistories(history, std::move(choices), {});
    context.demonstrations.erase(context.demonstrations.begin() + 1); // a disliked one is left
    context.history = history.likedBefore(history.momentOf(target), items.size());
    return PromptBuilder(checked.wording, dataset).build(context, static_cast<data::ItemIndex>(target));
}

std::vector<BlockCost> blockCosts(const Prompt& prompt)
{
    std::map<TemplateField, BlockCost> costs;
    const auto add = [&](TemplateField field, const Span& span) {
        auto& cost = costs[field];
        cost.field = field;
        ++cost.count;
        cost.tokens += span.tokens;
        if (field != TemplateField::HistoryItem)
            cost.wordingTokens += span.tokens;
    };
    for (const auto& span : prompt.spans) {
        if (span.kind == SpanKind::Header)
            add(TemplateField::Header, span);
        else if (span.kind == SpanKind::Demonstration)
            add(TemplateField::Demonstration, span);
        else if (span.kind == SpanKind::Query)
            add(TemplateField::Query, span);
        else if (span.kind == SpanKind::History)
            add(TemplateField::HistoryItem, span);
        if (!isFilledIn(span.kind))
            continue;
        auto& holder = costs[span.demonstration ? TemplateField::Demonstration : TemplateField::Query];
        holder.wordingTokens -= std::min(holder.wordingTokens, span.tokens);
    }
    std::vector<BlockCost> list;
    for (const auto& [field, cost] : costs)
        list.push_back(cost);
    return list;
}

} // namespace driftscope::prompt
