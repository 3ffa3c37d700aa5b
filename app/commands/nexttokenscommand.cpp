// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/nexttokenscommand.h"

#include "app/commands/modelarguments.h"
#include "app/commands/textlines.h"
#include "core/inference/llmtextmodel.h"

namespace driftscope::app {

namespace {

struct NextTokensArguments {
    ModelArguments model;
    std::size_t top = 10;
};

nlohmann::json tokenJson(const inference::NextToken& token, const tokenizer::Tokenizer& tokenizer)
{
    return {{"id", token.id},
            {"text", tokenizer.tokenText(token.id)},
            {"logit", token.logit},
            {"probability", token.probability}};
}

Result<> nextTokens(const NextTokensArguments& arguments, const JobContext& context)
{
    DRIFTSCOPE_TRY(const ReadyModel ready, readyModel(arguments.model, context));
    const auto model = inference::makeTextModel(ready.model);
    const auto answer = [&](std::span<const TextLine> lines) -> Result<> {
        DRIFTSCOPE_TRY(const auto tokens, model->nextTokens(tokensOf(lines), arguments.top, context));
        for (std::size_t i = 0; i < lines.size(); ++i) {
            nlohmann::json best = nlohmann::json::array();
            for (const inference::NextToken& token : tokens[i])
                best.push_back(tokenJson(token, *ready.tokenizer));
            printJson({{"id", lines[i].id}, {"tokens", lines[i].tokens.size()}, {"next", std::move(best)}});
        }
        return {};
    };
    return forEachTextGroup(*ready.tokenizer, *model, context, answer);
}

} // namespace

void addNextTokensCommand(CommandLine& line)
{
    const auto arguments = std::make_shared<NextTokensArguments>();
    CLI::App* command = line.add(
        "next-tokens", "The most likely tokens after prompts: JSON lines in, JSON lines out, in order",
        R"(echo '{"text":"The film was"}' | driftscope-cli next-tokens --checkpoint datasets/models/drift-tiny --top 5)",
        [arguments](const JobContext& context) { return nextTokens(*arguments, context); });
    addModelOptions(*command, arguments->model);
    command->add_option("--top", arguments->top, "How many tokens to name")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
}

} // namespace driftscope::app
