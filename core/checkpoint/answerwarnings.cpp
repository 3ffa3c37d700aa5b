// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpointcard.h"

#include <algorithm>

namespace driftscope::checkpoint {

namespace {

using Ids = std::vector<std::int64_t>;

const Ids& idsOf(const CheckpointCard& card, std::string_view text)
{
    static const Ids none;
    const auto found = std::ranges::find(card.answerTokens, text, [](const auto& answer) { return answer.first; });
    return found == card.answerTokens.end() ? none : found->second;
}

/// Warnings on a pair of answers, both with or both without the blank before them.
void checkPair(const CheckpointCard& card, const std::string& blank, std::vector<std::string>& warnings)
{
    const Ids& yes = idsOf(card, blank + "Yes");
    const Ids& no = idsOf(card, blank + "No");
    const std::string pair = "'" + blank + "Yes' and '" + blank + "No'";
    if (yes.empty() || no.empty()) {
        warnings.push_back("The tokenizer gives no token for one of " + pair
                           + ": choose other answers in the template.");
        return;
    }
    if (yes == no)
        warnings.push_back(pair + " are the same tokens to this model: choose other answers in the template.");
    else if (yes.size() > 1 && no.size() > 1 && yes.front() == no.front())
        warnings.push_back(pair
                           + " begin with the same token, so the next token alone says nothing; they are compared by "
                             "the likelihood of the whole answer.");
    else if (yes.size() > 1 || no.size() > 1)
        warnings.push_back(pair + " are " + std::to_string(yes.size()) + " and " + std::to_string(no.size())
                           + " tokens: they are compared by the likelihood of the whole answer"
                           + (yes.size() == no.size() ? "." : ", which favours the shorter one."));
}

} // namespace

std::vector<std::string> answerWarnings(const CheckpointCard& card)
{
    if (card.answerTokens.empty())
        return {"There is no tokenizer beside the checkpoint: prompts cannot be built."};
    std::vector<std::string> warnings;
    checkPair(card, " ", warnings);
    checkPair(card, "", warnings);
    if (idsOf(card, " Yes") == idsOf(card, "Yes"))
        warnings.emplace_back(
            "'Yes' is the same token with and without a blank before it: the cue of the template need "
            "not care.");
    return warnings;
}

} // namespace driftscope::checkpoint
