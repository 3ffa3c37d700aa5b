// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/textgenerationcommand.h"

#include "app/commands/modelarguments.h"
#include "app/commands/textlines.h"
#include "core/inference/llmtextmodel.h"

namespace driftscope::app {

namespace {

struct TextGenerationArguments {
    ModelArguments model;
    inference::GenerateOptions options;
};

// What the tokens stand for, without the one that ended the text.
std::string textOf(const inference::Generation& generation, const tokenizer::Tokenizer& tokenizer)
{
    std::size_t count = generation.tokens.size();
    if (generation.end == inference::GenerationEnd::StopToken)
        --count;
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += tokenizer.tokenText(generation.tokens[i]);
    return text;
}

Result<> generateTexts(const TextGenerationArguments& arguments, const JobContext& context)
{
    DRIFTSCOPE_CHECK(inference::checkOptions(arguments.options));
    DRIFTSCOPE_TRY(const ReadyModel ready, readyModel(arguments.model, context));
    inference::GenerateOptions options = arguments.options;
    for (const std::int64_t id : ready.model->config().endTokens)
        options.stopTokens.push_back(static_cast<inference::TokenId>(id));
    const auto model = inference::makeTextModel(ready.model);
    const auto answer = [&](std::span<const TextLine> lines) -> Result<> {
        std::int64_t heard = 0;
        const auto report = [&](std::size_t, inference::TokenId) {
            context.report({++heard, std::ssize(lines) * options.maxTokens, "generate"});
        };
        DRIFTSCOPE_TRY(const auto texts, model->generate(tokensOf(lines), options, report, context));
        for (std::size_t i = 0; i < lines.size(); ++i)
            printJson({{"id", lines[i].id},
                       {"text", textOf(texts[i], *ready.tokenizer)},
                       {"ids", texts[i].tokens},
                       {"end", inference::generationEndName(texts[i].end)}});
        return {};
    };
    return forEachTextGroup(*ready.tokenizer, *model, context, answer);
}

} // namespace

void addTextGenerationCommand(CommandLine& line)
{
    const auto arguments = std::make_shared<TextGenerationArguments>();
    CLI::App* command = line.add(
        "generate", "Continue prompts: JSON lines in, JSON lines out, in order",
        R"(echo '{"text":"A film like Alien is"}' | driftscope-cli generate --checkpoint datasets/models/drift-tiny --max-tokens 20)",
        [arguments](const JobContext& context) { return generateTexts(*arguments, context); });
    addModelOptions(*command, arguments->model);
    inference::GenerateOptions& options = arguments->options;
    command->add_option("--max-tokens", options.maxTokens, "Most tokens to add to a prompt")->capture_default_str();
    command->add_option("--temperature", options.temperature, "0 = always the most likely token")
        ->capture_default_str();
    command->add_option("--top-p", options.topP, "Sample among the fewest tokens that reach this probability")
        ->capture_default_str();
    command->add_option("--seed", options.seed, "The same seed gives the same text")->capture_default_str();
}

} // namespace driftscope::app
