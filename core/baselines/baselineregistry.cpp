// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/baselineregistry.h"

#include "core/baselines/bpr.h"
#include "core/baselines/genrerecency.h"
#include "core/baselines/itemknn.h"
#include "core/baselines/matrixfactorization.h"
#include "core/baselines/oracle.h"
#include "core/baselines/popularity.h"
#include "core/baselines/randomranker.h"
#include "core/baselines/sasrec.h"

#include <functional>
#include <memory>

namespace driftscope::baselines {

namespace {

using Entry = RegistryEntry<Baseline>;

/// A parameter that is bound to a field of a baseline's options, so that default and name stand once.
template<typename Options>
struct BoundParameter {
    Parameter parameter;
    std::function<void(Options&, const ParameterValue&)> assign;
};

template<typename Options, typename Value>
BoundParameter<Options> bound(Value Options::*field, const char* id, const char* title, const char* help,
                              double minimum, double maximum)
{
    const Value fallback = Options {}.*field;
    return {{.id = id, .title = title, .help = help, .fallback = fallback, .minimum = minimum, .maximum = maximum},
            [field](Options& options, const ParameterValue& value) {
                if (const auto* given = std::get_if<Value>(&value))
                    options.*field = *given;
            }};
}

template<typename Ranker, typename Options>
Entry entryOf(const char* id, const char* title, const char* help, std::vector<BoundParameter<Options>> bounds)
{
    Entry entry {.id = id, .title = title, .help = help, .parameters = {}, .make = {}};
    for (const auto& one : bounds)
        entry.parameters.push_back(one.parameter);
    entry.make = [bounds = std::move(bounds)](const ParameterValues& values) {
        Options options;
        for (const auto& one : bounds)
            if (const auto found = values.find(one.parameter.id); found != values.end())
                one.assign(options, found->second);
        return std::make_unique<Ranker>(options);
    };
    return entry;
}

Entry plainEntry(const char* id, const char* title, const char* help, std::unique_ptr<Baseline> (*make)())
{
    return {.id = id, .title = title, .help = help, .parameters = {}, .make = [make](const ParameterValues&) {
                return make();
            }};
}

Entry popularityEntry()
{
    using Options = Popularity::Options;
    return entryOf<Popularity, Options>(
        "popularity", "Popularity", "Ranks by how many users had liked the item before the moment.",
        {bound(&Options::days, "days", "Window in days", "How far back interactions count; 0 = from the beginning.", 0,
               100'000)});
}

Entry genreRecencyEntry()
{
    using Options = GenreRecency::Options;
    return entryOf<GenreRecency, Options>(
        "genre-recency", "Recency of genre",
        "Ranks by the user's liked less disliked past in the item's genres, the newest counting most.",
        {bound(&Options::halfLife, "halfLife", "Half-life in events",
               "Events of the user after which an interaction weighs half; 0 = all weigh the same.", 0, 100'000)});
}

Entry itemKnnEntry()
{
    using Options = ItemKnn::Options;
    return entryOf<ItemKnn, Options>(
        "item-knn", "Item kNN", "Ranks by how many users had liked the item together with items that the user liked.",
        {bound(&Options::neighbours, "neighbours", "Neighbours", "How many of the nearest liked items count; 0 = all.",
               0, 100'000)});
}

template<typename Options>
std::vector<BoundParameter<Options>> trainingParameters()
{
    return {
        bound(&Options::cadenceDays, "cadenceDays", "Days between updates",
              "How often the model is updated on the data's time axis; 0 = once, at the first moment.", 0, 100'000),
        bound(&Options::dimensions, "dimensions", "Dimensions", "Size of the vectors of users and items.", 1, 4096),
        bound(&Options::passes, "passes", "Passes", "How often an update goes over its interactions, at most.", 1,
              10'000),
        bound(&Options::learningRate, "learningRate", "Learning rate", "Size of a step.", 1e-6, 1),
        bound(&Options::weightDecay, "weightDecay", "Weight decay", "How strongly weights are drawn to zero.", 0, 1)};
}

template<typename Options>
void addEarlyStop(std::vector<BoundParameter<Options>>& parameters)
{
    parameters.push_back(bound(&Options::heldOutDays, "heldOutDays", "Days held out",
                               "Newest days before an update that are not learned but stop the training; 0 = none.", 0,
                               100'000));
    parameters.push_back(bound(&Options::patience, "patience", "Patience",
                               "Passes without a better AUC of the days held out after which training stops.", 1,
                               10'000));
}

Entry bprEntry()
{
    return entryOf<Bpr, BprOptions>(
        "bpr", "BPR, updated online",
        "Matrix factorization that learns to rank liked above other items and goes on with what is new at each update.",
        trainingParameters<BprOptions>());
}

Entry matrixFactorizationEntry()
{
    auto parameters = trainingParameters<FactorOptions>();
    addEarlyStop(parameters);
    return entryOf<MatrixFactorization, FactorOptions>(
        "mf", "Matrix factorization",
        "Factors and biases of users and items that tell liked from disliked, trained anew at each update.",
        std::move(parameters));
}

Entry sasRecEntry()
{
    using Options = SasRecOptions;
    auto parameters = trainingParameters<Options>();
    addEarlyStop(parameters);
    parameters.push_back(
        bound(&Options::maxItems, "maxItems", "Liked items shown", "The longest sequence that is looked at.", 1, 1000));
    parameters.push_back(bound(&Options::blocks, "blocks", "Blocks", "Layers of attention.", 1, 12));
    parameters.push_back(
        bound(&Options::dropout, "dropout", "Dropout", "Share of what is hidden from each layer in training.", 0, 0.9));
    return entryOf<SasRec, Options>(
        "sasrec", "SASRec",
        "Self-attention over the items that the user liked last, trained anew at each update; needs libtorch.",
        std::move(parameters));
}

} // namespace

std::span<const RegistryEntry<Baseline>> baselines()
{
    static const std::vector<Entry> entries {
        plainEntry("oracle", "Oracle (knows the taste)",
                   "Ranks by the user's planted taste at the moment: the ceiling. Planted data only.",
                   []() -> std::unique_ptr<Baseline> { return std::make_unique<Oracle>(Oracle::Knows::TasteNow); }),
        plainEntry(
            "stale-oracle", "Stale oracle (knows the taste before the last shift)",
            "Ranks by the planted taste that the user had before the latest shift. Planted data only.",
            []() -> std::unique_ptr<Baseline> { return std::make_unique<Oracle>(Oracle::Knows::TasteBeforeShift); }),
        plainEntry("random", "Random", "Ranks by the experiment's seed: the floor.",
                   []() -> std::unique_ptr<Baseline> { return std::make_unique<RandomRanker>(); }),
        popularityEntry(),
        genreRecencyEntry(),
        itemKnnEntry(),
        bprEntry(),
        matrixFactorizationEntry(),
        sasRecEntry()};
    return entries;
}

bool knowsTruth(std::string_view id)
{
    return id == "oracle" || id == "stale-oracle";
}

} // namespace driftscope::baselines
