// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/live/livequestion.h"

#include "core/demonstrations/selectorregistry.h"
#include "core/simulate/titleembeddings.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace driftscope::live {

namespace {

constexpr std::int64_t demonstrationCount = 12; // what drift-tiny was trained with, at most
constexpr std::int64_t historyItems = 8; // likewise

std::string whyUnsuitable(const simulate::Arm& arm)
{
    if (!arm.isModel())
        return "it is ranked by '" + arm.scorer + "', which reads no prompt";
    if (!arm.checkpoint.empty())
        return "it asks a checkpoint of its own, " + arm.checkpoint;
    if (arm.context != simulate::ContextOf::Self || arm.historyControls.isFake)
        return "it shows what other users did, and a persona is alone";
    const auto* entry = findEntry(demonstrations::demonstrationSelectors(), arm.selector);
    if (entry && entry->make(arm.selectorParameters)->showsOtherUsers())
        return "its selector '" + arm.selector + "' shows other users, and a persona is alone";
    if (simulate::needsItemVectors(arm))
        return "it compares items by the model's embeddings, which are not made here";
    return {};
}

Result<> checkCandidates(const LiveQuestion& question, const data::UserHistory& source)
{
    const std::vector<bool> judged = question.persona.judged(source);
    for (const auto item : question.candidates)
        if (item >= judged.size() || judged[item])
            return fail(ErrorCode::Inconsistent,
                        (item < judged.size() ? "'" + source.dataset().catalog().title(item) + "'" : "An unknown item")
                            + " is to be ranked, and the persona has an opinion on it already; rank others.");
    return {};
}

} // namespace

simulate::Arm standardArm()
{
    simulate::Arm arm;
    arm.name = "12 most recent, titles";
    arm.selector = "recent";
    arm.selectorParameters = {{"k", demonstrationCount}, {"labels", std::string("both")}};
    arm.history.maxItems = historyItems;
    arm.wording = "titles";
    return arm;
}

Result<> checkArm(const simulate::Arm& arm)
{
    if (const std::string why = whyUnsuitable(arm); !why.empty())
        return fail(ErrorCode::BadArgument,
                    "Arm '" + arm.name + "' cannot rank for a persona: " + why + "; choose another arm.");
    return {};
}

Result<LivePrompts> buildPrompts(const LiveQuestion& question, const simulate::Experiment& experiment,
                                 const data::UserHistory& source,
                                 const std::shared_ptr<const tokenizer::Tokenizer>& tokenizer,
                                 std::int64_t contextTokens)
{
    const auto start = std::chrono::steady_clock::now();
    DRIFTSCOPE_CHECK(checkArm(question.arm));
    DRIFTSCOPE_CHECK(checkCandidates(question, source));
    DRIFTSCOPE_TRY(auto known, PersonaHistory::make(question.persona, source));
    DRIFTSCOPE_TRY(const auto arm,
                   simulate::PreparedArm::prepare(question.arm, experiment, known.history, tokenizer, contextTokens));
    DRIFTSCOPE_TRY(auto built, arm.build(known.moment, question.candidates));
    if (question.order == DemonstrationOrder::Reversed) {
        auto chosen = built.context.demonstrations;
        std::ranges::reverse(chosen);
        DRIFTSCOPE_TRY(built, arm.build(known.moment, question.candidates, std::move(chosen)));
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    return LivePrompts {std::move(known), std::move(built), taken.count()};
}

} // namespace driftscope::live
