// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/promptcheck.h"

#include <algorithm>
#include <string>

namespace driftscope::inference {

namespace {

std::string nameOf(std::size_t index, std::size_t count)
{
    return "prompt " + std::to_string(index + 1) + " of " + std::to_string(count);
}

Result<> checkIds(std::span<const TokenId> ids, std::int64_t vocabularySize, const std::string& where)
{
    const auto bad = std::ranges::find_if(ids, [&](TokenId id) { return id < 0 || id >= vocabularySize; });
    if (bad == ids.end())
        return {};
    return fail(ErrorCode::BadArgument,
                where + ": the token id " + std::to_string(*bad) + " is not in the vocabulary of "
                    + std::to_string(vocabularySize) + "; was another tokenizer used?");
}

Result<> checkAnswers(const AnswerTokens* answers, std::int64_t vocabularySize, const std::string& where)
{
    if (answers == nullptr)
        return fail(ErrorCode::BadArgument, where + " has no answers to score; give the answer tokens.");
    for (const auto& answer : answers->answers) {
        if (answer.empty())
            return fail(ErrorCode::BadArgument, where + ": an answer has no tokens; give each answer at least one.");
        DRIFTSCOPE_CHECK(checkIds(answer, vocabularySize, where + ", answer"));
    }
    return {};
}

// Tokens that the model reads for a prompt: the last token of an answer is predicted, never read.
std::int64_t lengthWithAnswer(const TokenizedPrompt& prompt)
{
    std::size_t longest = 1;
    for (const auto& answer : prompt.answers->answers)
        longest = std::max(longest, answer.size());
    return static_cast<std::int64_t>(prompt.tokens.size() + longest - 1);
}

} // namespace

bool AnswerTokens::areSingleTokens() const
{
    return std::ranges::all_of(answers, [](const auto& answer) { return answer.size() == 1; });
}

Result<> checkPrompts(std::span<const TokenizedPrompt> prompts, std::int64_t vocabularySize, std::int64_t contextLength)
{
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        const std::string where = nameOf(i, prompts.size());
        if (prompts[i].tokens.empty())
            return fail(ErrorCode::BadArgument, where + " has no tokens; a prompt needs at least one.");
        DRIFTSCOPE_CHECK(checkAnswers(prompts[i].answers.get(), vocabularySize, where));
        DRIFTSCOPE_CHECK(checkIds(prompts[i].tokens, vocabularySize, where));
        const std::int64_t length = lengthWithAnswer(prompts[i]);
        if (length > contextLength)
            return fail(ErrorCode::ContextTooLong,
                        where + " has " + std::to_string(length) + " tokens with its answer, "
                            + std::to_string(length - contextLength) + " more than the model's context of "
                            + std::to_string(contextLength) + "; show fewer demonstrations or a shorter history.");
    }
    return {};
}

tl::unexpected<Error> tooLargePrompt(std::size_t index, std::size_t count, std::int64_t tokens, std::int64_t fits)
{
    return fail(ErrorCode::OutOfMemory,
                "prompt " + std::to_string(index + 1) + " of " + std::to_string(count) + " with "
                    + std::to_string(tokens) + " tokens does not fit into the free memory; about "
                    + std::to_string(std::min(fits, tokens - 1)) + " tokens would.");
}

} // namespace driftscope::inference
