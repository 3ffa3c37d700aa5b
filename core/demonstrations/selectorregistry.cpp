// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/selectorregistry.h"

#include "core/demonstrations/manualselector.h"
#include "core/demonstrations/noneselector.h"
#include "core/demonstrations/randomselector.h"
#include "core/demonstrations/recentselector.h"

#include <algorithm>

namespace driftscope::demonstrations {

namespace {

using Entry = RegistryEntry<DemonstrationSelector>;

template<typename T>
T valueOr(const ParameterValues& values, std::string_view id, T fallback)
{
    const auto found = values.find(id);
    const auto* value = found == values.end() ? nullptr : std::get_if<T>(&found->second);
    return value ? *value : fallback;
}

constexpr std::int64_t defaultK = 4; // as in RecICL
constexpr std::int64_t maximumK = 64;

Parameter parameterK()
{
    return {.id = "k",
            .title = "Demonstrations",
            .help = "How many demonstrations are shown at most.",
            .fallback = defaultK,
            .minimum = 0,
            .maximum = static_cast<double>(maximumK)};
}

std::size_t readK(const ParameterValues& values)
{
    const auto k = valueOr<std::int64_t>(values, "k", defaultK);
    return static_cast<std::size_t>(k < 0 ? 0 : k);
}

std::size_t readTrimBlock(const ParameterValues& values)
{
    return static_cast<std::size_t>(std::max<std::int64_t>(valueOr<std::int64_t>(values, "trimBlock", 1), 1));
}

RecentSelector::Labels readLabels(const ParameterValues& values)
{
    const auto labels = valueOr<std::string>(values, "labels", "both");
    if (labels == "liked")
        return RecentSelector::Labels::Liked;
    return labels == "disliked" ? RecentSelector::Labels::Disliked : RecentSelector::Labels::Both;
}

Parameter parameterTrimBlock()
{
    return {.id = "trimBlock",
            .title = "Trim in blocks of",
            .help =
                "How many of the oldest go at once when there would be more than k. 1 always shows the k most recent; "
                "with more, k - trimBlock + 1 to k are shown and the prompts of following moments begin alike, which "
                "saves work where the model keeps what it computed.",
            .fallback = std::int64_t {1},
            .minimum = 1,
            .maximum = static_cast<double>(maximumK)};
}

Entry noneEntry()
{
    return {"none", "None", "No demonstrations: the control to compare with.", {}, [](const ParameterValues&) {
                return std::make_unique<NoneSelector>();
            }};
}

Entry recentEntry()
{
    Parameter labels {.id = "labels",
                      .title = "Labels",
                      .help = "Which interactions may be shown: both, only liked or only disliked ones.",
                      .fallback = std::string("both"),
                      .choices = {"both", "liked", "disliked"}};
    return {"recent",
            "Most recent",
            "The user's k most recent labelled interactions, oldest first.",
            {parameterK(), std::move(labels), parameterTrimBlock()},
            [](const ParameterValues& values) {
                return std::make_unique<RecentSelector>(readK(values), readLabels(values), readTrimBlock(values));
            }};
}

Entry randomEntry()
{
    return {"random",
            "Random",
            "k earlier interactions drawn by the experiment's seed, shown in time order.",
            {parameterK()},
            [](const ParameterValues& values) { return std::make_unique<RandomSelector>(readK(values)); }};
}

Entry manualEntry()
{
    Parameter items {.id = "items",
                     .title = "Items",
                     .help =
                         "Source ids of the items to show, separated by commas, in the order shown; only items of the "
                         "user's own past.",
                     .fallback = std::string()};
    return {"manual",
            "By hand",
            "The interactions with the items named, in the order named.",
            {std::move(items)},
            [](const ParameterValues& values) {
                return std::make_unique<ManualSelector>(
                    ManualSelector::splitIds(valueOr<std::string>(values, "items", "")));
            }};
}

} // namespace

std::span<const RegistryEntry<DemonstrationSelector>> demonstrationSelectors()
{
    static const std::vector<Entry> entries {noneEntry(), recentEntry(), randomEntry(), manualEntry()};
    return entries;
}

} // namespace driftscope::demonstrations
