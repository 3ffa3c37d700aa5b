// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/embedcommand.h"

#include "app/commands/modelarguments.h"
#include "app/commands/textlines.h"
#include "core/base/datafolder.h"
#include "core/inference/embeddingcache.h"
#include "core/inference/llmtextmodel.h"

#include <optional>

namespace driftscope::app {

namespace {

struct EmbedArguments {
    ModelArguments model;
    std::string pooling = "mean";
    bool usesCache = false;
};

Result<> embed(const EmbedArguments& arguments, const JobContext& context)
{
    DRIFTSCOPE_TRY(const ReadyModel ready, readyModel(arguments.model, context));
    const auto model = inference::makeTextModel(ready.model);
    const auto pooling = arguments.pooling == "mean" ? inference::Pooling::Mean : inference::Pooling::Last;
    std::optional<inference::EmbeddingCache> cache;
    if (arguments.usesCache) {
        DRIFTSCOPE_TRY(const std::string key, modelKey(ready, arguments.model, context));
        DRIFTSCOPE_TRY(cache,
                       inference::EmbeddingCache::open(dataFolder() / "cache", key, pooling, model->embeddingSize()));
    }
    const auto answer = [&](std::span<const TextLine> lines) -> Result<> {
        const auto texts = tokensOf(lines);
        DRIFTSCOPE_TRY(const auto vectors,
                       cache ? inference::embedCached(*model, texts, pooling, *cache, context)
                             : model->embed(texts, pooling, context));
        for (std::size_t i = 0; i < lines.size(); ++i)
            printJson({{"id", lines[i].id}, {"tokens", texts[i].size()}, {"embedding", vectors[i]}});
        return {};
    };
    return forEachTextGroup(*ready.tokenizer, *model, context, answer);
}

} // namespace

void addEmbedCommand(CommandLine& line)
{
    const auto arguments = std::make_shared<EmbedArguments>();
    CLI::App* command = line.add(
        "embed", "Vectors of texts from the model's last hidden states: JSON lines in, JSON lines out, in order",
        R"x(echo '{"text":"Alien (1979)"}' | driftscope-cli embed --checkpoint datasets/models/drift-tiny --pooling mean)x",
        [arguments](const JobContext& context) { return embed(*arguments, context); });
    addModelOptions(*command, arguments->model);
    command->add_option("--pooling", arguments->pooling, "mean of all tokens, or the last one")
        ->check(CLI::IsMember({"mean", "last"}))
        ->capture_default_str();
    command->add_flag("--cache", arguments->usesCache, "Keep vectors in the data folder and take those that are there");
}

} // namespace driftscope::app
