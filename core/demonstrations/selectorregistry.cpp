// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/demonstrations/selectorregistry.h"

#include "core/demonstrations/diverseselector.h"
#include "core/demonstrations/globalstratifiedselector.h"
#include "core/demonstrations/labelbalancedselector.h"
#include "core/demonstrations/manualselector.h"
#include "core/demonstrations/noneselector.h"
#include "core/demonstrations/proximalchainselector.h"
#include "core/demonstrations/randomselector.h"
#include "core/demonstrations/recentselector.h"
#include "core/demonstrations/similarselector.h"
#include "core/demonstrations/similaruserselector.h"

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

Entry manualEntry()
{
    Parameter items {.id = "items",
                     .title = "Items",
                     .help =
                         "Source ids of the items to show, separated by commas, in the order shown; only items of the "
                         "user's own past.",
                     .fallback = std::string()};
    Parameter labels {.id = "labels",
                      .title = "Shown as",
                      .help = "Labels to show in the order of the items, separated by commas: real, liked or disliked. "
                              "Empty = all as they are.",
                      .fallback = std::string()};
    Parameter missing {.id = "missing",
                       .title = "Items not met",
                       .help = "Where the user had not met an item before the moment: refuse to go on, or leave-out = "
                               "show the others.",
                       .fallback = std::string("refuse"),
                       .choices = {"refuse", "leave-out"}};
    return {"manual",
            "By hand",
            "The interactions with the items named, in the order named.",
            {std::move(items), std::move(labels), std::move(missing)},
            [](const ParameterValues& values) {
                return std::make_unique<ManualSelector>(
                    ManualSelector::splitIds(valueOr<std::string>(values, "items", "")),
                    ManualSelector::splitIds(valueOr<std::string>(values, "labels", "")),
                    valueOr<std::string>(values, "missing", "refuse") == "leave-out" ? ManualSelector::Missing::LeaveOut
                                                                                     : ManualSelector::Missing::Refuse);
            }};
}

/// A choice among a few words.
Parameter wordParameter(const char* id, const char* title, const char* help, std::vector<std::string> choices)
{
    return {.id = id, .title = title, .help = help, .fallback = choices.front(), .choices = choices};
}

bool isWord(const ParameterValues& values, std::string_view id, std::string_view word)
{
    return valueOr<std::string>(values, id, "") == word;
}

Parameter parameterTarget()
{
    return wordParameter("target", "Similar to",
                         "What an item is compared with: one choice serves all candidates of a query, so mean = its "
                         "mean similarity to the candidates, best = its similarity to the one that it is most like. "
                         "With contextFor = candidate there is one candidate, and both are the same.",
                         {"mean", "best"});
}

/// A selector that shows what is most similar to the candidates.
Entry similarEntry(const char* id, const char* title, const char* help, SimilarSelector::Measure measure)
{
    return {
        id,
        title,
        help,
        {parameterK(), parameterTarget(),
         wordParameter("order", "Order", "time = oldest first, similarity = the most similar last, next to the query.",
                       {"time", "similarity"})},
        [measure](const ParameterValues& values) {
            return std::make_unique<SimilarSelector>(
                readK(values), measure, isWord(values, "target", "best") ? TargetRule::Best : TargetRule::Mean,
                isWord(values, "order", "similarity") ? SimilarSelector::Order::Similarity
                                                      : SimilarSelector::Order::Time);
        }};
}

Entry diverseEntry()
{
    Parameter relevance {.id = "relevance",
                         .title = "Relevance",
                         .help = "From 0 = as unlike each other as can be, to 1 = as like the candidates as can be.",
                         .fallback = 0.5,
                         .minimum = 0,
                         .maximum = 1};
    return {
        "diverse",
        "Diverse",
        "k earlier interactions that are like the candidates (by mean similarity) and unlike each other, oldest "
        "first.",
        {parameterK(),
         wordParameter("method", "Method",
                       "mmr = maximal marginal relevance, dpp = greedy determinantal point process.", {"mmr", "dpp"}),
         wordParameter("similarity", "Similarity",
                       "titles = words in common, model = the loaded model's embeddings of the titles.",
                       {"titles", "model"}),
         std::move(relevance)},
        [](const ParameterValues& values) {
            return std::make_unique<DiverseSelector>(
                readK(values), isWord(values, "similarity", "model") ? SimilarityKind::Model : SimilarityKind::Titles,
                isWord(values, "method", "dpp") ? DiverseSelector::Method::Determinant
                                                : DiverseSelector::Method::MarginalRelevance,
                valueOr<double>(values, "relevance", 0.5));
        }};
}

Entry proximalChainEntry()
{
    Parameter contrasts {.id = "contrasts",
                         .title = "With contrasts",
                         .help =
                             "Also show the newest of the disliked interactions between two liked ones, so that both "
                             "labels occur.",
                         .fallback = true};
    return {"proximal-chain",
            "Proximal chain",
            "The user's sequence up to the moment as a chain: what was liked and the next item, that item added and "
            "the one after it, and so on.",
            {parameterK(), std::move(contrasts)},
            [](const ParameterValues& values) {
                return std::make_unique<ProximalChainSelector>(readK(values), valueOr(values, "contrasts", true));
            }};
}

/// A selector that knows k alone.
template<typename Selector>
Entry plainEntry(const char* id, const char* title, const char* help)
{
    return {id, title, help, {parameterK()}, [](const ParameterValues& values) {
                return std::make_unique<Selector>(readK(values));
            }};
}

std::vector<Entry> allEntries()
{
    return {noneEntry(),
            recentEntry(),
            plainEntry<RandomSelector>("random", "Random",
                                       "k earlier interactions drawn by the experiment's seed, shown in time order."),
            manualEntry(),
            plainEntry<LabelBalancedSelector>(
                "label-balanced", "Most recent, labels balanced",
                "The user's most recent liked and most recent disliked interactions, half of k each, oldest first."),
            similarEntry("bm25", "Similar titles (BM25)",
                         "The k earlier interactions whose titles are most like the candidates' by BM25.",
                         SimilarSelector::Measure::Bm25),
            similarEntry("semantic", "Similar for the model",
                         "The k earlier interactions whose items are most like the candidates by the loaded model's "
                         "embeddings of their titles (kept in the data folder).",
                         SimilarSelector::Measure::Embeddings),
            diverseEntry(),
            proximalChainEntry(),
            plainEntry<GlobalStratifiedSelector>(
                "global-stratified", "Spread over the past",
                "One interaction drawn from each of k equal stretches of the user's whole past, oldest first."),
            plainEntry<SimilarUserSelector>(
                "similar-user", "Similar user's",
                "The k most recent interactions of the other user whose labels agreed most with this one's up to the "
                "moment; candidates are left out.")};
}

} // namespace

std::span<const RegistryEntry<DemonstrationSelector>> demonstrationSelectors()
{
    static const std::vector<Entry> entries = allEntries();
    return entries;
}

} // namespace driftscope::demonstrations
