// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/titleembeddings.h"

#include "core/base/datafolder.h"
#include "core/demonstrations/selectorregistry.h"

#include <algorithm>

namespace driftscope::simulate {

namespace {

constexpr std::size_t titlesAtOnce = 256;

/// Titles as the model reads them; one that has no tokens stays empty.
std::vector<inference::TokenSequence> tokensOf(const data::Dataset& dataset, const tokenizer::Tokenizer& tokenizer,
                                               std::int64_t contextLength)
{
    std::vector<inference::TokenSequence> texts;
    texts.reserve(dataset.itemCount());
    for (data::ItemIndex item = 0; item < dataset.itemCount(); ++item) {
        auto tokens =
            tokenizer.encode(dataset.catalog().title(item), {.addSpecialTokens = false, .parseSpecialTokens = false});
        tokens.resize(std::min(tokens.size(), static_cast<std::size_t>(contextLength)));
        texts.push_back(std::move(tokens));
    }
    return texts;
}

} // namespace

bool needsItemVectors(const Arm& arm)
{
    if (!arm.isModel())
        return false;
    const auto* entry = findEntry(demonstrations::demonstrationSelectors(), arm.selector);
    return arm.history.needs().vectors || (entry && entry->make(arm.selectorParameters)->needs().vectors);
}

bool needsItemVectors(const Experiment& experiment)
{
    return std::any_of(experiment.arms.begin(), experiment.arms.end(),
                       [](const Arm& arm) { return needsItemVectors(arm); });
}

Result<std::shared_ptr<const demonstrations::ItemVectors>>
embedTitles(const data::Dataset& dataset, const tokenizer::Tokenizer& tokenizer, inference::TextModel& model,
            inference::EmbeddingCache* cache, const JobContext& context)
{
    const auto texts = tokensOf(dataset, tokenizer, model.contextLength());
    std::vector<std::vector<float>> vectors(texts.size());
    for (std::size_t begin = 0; begin < texts.size(); begin += titlesAtOnce) {
        std::vector<inference::TokenSequence> some;
        std::vector<std::size_t> places;
        const std::size_t end = std::min(begin + titlesAtOnce, texts.size());
        for (std::size_t item = begin; item < end; ++item)
            if (!texts[item].empty()) {
                some.push_back(texts[item]);
                places.push_back(item);
            }
        JobContext inner;
        inner.stop = context.stop; // it would count anew from batch to batch
        DRIFTSCOPE_TRY(auto made,
                       cache ? inference::embedCached(model, some, inference::Pooling::Mean, *cache, inner)
                             : model.embed(some, inference::Pooling::Mean, inner));
        for (std::size_t i = 0; i < places.size(); ++i)
            vectors[places[i]] = std::move(made[i]);
        context.report({.done = static_cast<std::int64_t>(end),
                        .total = static_cast<std::int64_t>(texts.size()),
                        .stage = "embed titles"});
    }
    return std::make_shared<const demonstrations::ItemVectors>(vectors);
}

Result<std::shared_ptr<const demonstrations::ItemVectors>>
embedTitlesOnce(const data::Dataset& dataset, const tokenizer::Tokenizer& tokenizer, inference::TextModel& model,
                const std::string& precision, std::span<const data::SourceFile> files, const JobContext& context)
{
    if (files.empty())
        return embedTitles(dataset, tokenizer, model, nullptr, context);
    std::string key = precision; // as the command "embed" names a model, so that both share what is kept
    for (const auto& file : files)
        key += ' ' + file.hash;
    DRIFTSCOPE_TRY(
        auto cache,
        inference::EmbeddingCache::open(dataFolder() / "cache", key, inference::Pooling::Mean, model.embeddingSize()));
    return embedTitles(dataset, tokenizer, model, &cache, context);
}

} // namespace driftscope::simulate
