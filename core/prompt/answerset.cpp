// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/prompt/answerset.h"

#include <algorithm>

namespace driftscope::prompt {

namespace {

using Ids = std::vector<std::int32_t>;

/// Fewest bytes of the prompt's end that are tokenised: what stands before them, ended by a line break, has no part in
/// how the answer is split.
constexpr std::size_t minimumTail = 48;

/// The prompt's last lines, at least minimumTail bytes; the whole prompt if it is shorter.
std::string_view tailOf(std::string_view prompt)
{
    if (prompt.size() <= minimumTail)
        return prompt;
    const auto lineBreak = prompt.rfind('\n', prompt.size() - minimumTail);
    return lineBreak == std::string_view::npos ? prompt : prompt.substr(lineBreak + 1);
}

std::string quoted(const std::string& answer)
{
    return "\"" + answer + "\"";
}

void addWarning(std::string& warning, const std::string& sentence)
{
    warning += (warning.empty() ? "" : " ") + sentence;
}

/// What `whole` adds to `prompt`; warns if the answer changes the prompt's own last tokens.
Ids addedIds(const Ids& prompt, const Ids& whole, const std::string& answer, std::string& warning)
{
    const auto [inPrompt, inWhole] = std::mismatch(prompt.begin(), prompt.end(), whole.begin(), whole.end());
    if (inPrompt != prompt.end())
        addWarning(warning,
                   "The answer " + quoted(answer)
                       + " joins the prompt's last token, so that its score is only near the true one; end the cue "
                         "differently or begin the answer with a blank.");
    return {inWhole, whole.end()};
}

} // namespace

Result<ResolvedAnswers> resolveAnswers(std::string_view promptText, const std::vector<std::string>& answers,
                                       const PlainEncoder& encode)
{
    const auto tail = std::string(tailOf(promptText));
    const auto promptIds = encode(tail);
    ResolvedAnswers resolved;
    for (const auto& answer : answers) {
        auto ids = addedIds(promptIds, encode(tail + answer), answer, resolved.warning);
        if (ids.empty())
            return fail(ErrorCode::BadValue,
                        "The answer " + quoted(answer)
                            + " adds no token after the prompt's cue; word it differently in the template.");
        if (ids.size() > 1)
            addWarning(resolved.warning,
                       "The answer " + quoted(answer) + " is " + std::to_string(ids.size())
                           + " tokens after this cue; it is scored by the log-likelihood of all of them.");
        if (std::find(resolved.answers.begin(), resolved.answers.end(), ids) != resolved.answers.end())
            return fail(ErrorCode::BadValue,
                        "The answer " + quoted(answer)
                            + " adds the same tokens as another one; word them apart in the template.");
        resolved.answers.push_back(std::move(ids));
    }
    return resolved;
}

} // namespace driftscope::prompt
