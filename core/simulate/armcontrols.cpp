// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/simulate/armcontrols_p.h"

#include <algorithm>

namespace driftscope::simulate {

namespace {

constexpr std::size_t enoughEvents = 10; // fewer would make the other user's prompt shorter, which matters by itself
constexpr int draws = 100;

} // namespace

Result<> checkControls(const Arm& arm, const data::Dataset& dataset)
{
    const bool countsShifts =
        arm.history.lag.unit == data::Lag::Unit::Shifts || arm.demonstrations.lagUnit == DemonstrationLag::Shifts;
    if (countsShifts && !dataset.truth())
        return fail(ErrorCode::Inconsistent,
                    "Arm '" + arm.name
                        + "': its lag counts in shifts, which are not known here, since there is no truth.json beside "
                          "the data; choose a planted dataset, or a lag in events or days.");
    if (arm.context == ContextOf::OtherUser && dataset.userCount() < 2)
        return fail(ErrorCode::BadArgument,
                    "Arm '" + arm.name + "': the data have one user alone; set context to self.");
    return {};
}

data::Moment otherUsersMoment(const data::UserHistory& history, const data::Moment& moment, std::uint64_t seed)
{
    const auto& dataset = history.dataset();
    const std::uint64_t when =
        moment.interaction ? std::uint64_t {*moment.interaction} : static_cast<std::uint64_t>(toUnix(moment.time));
    RandomStream stream(seed, "other user", {moment.user, when});
    const std::size_t wanted = std::min(history.before(moment).size(), enoughEvents);
    data::Moment best;
    std::size_t most = 0;
    for (int draw = 0; draw < draws && (draw == 0 || most < wanted); ++draw) {
        // one of the others: the user's own number is stepped over
        auto user = static_cast<data::UserIndex>(stream.index(dataset.userCount() - 1));
        user += user >= moment.user ? 1 : 0;
        const data::Moment other {.user = user, .time = moment.time, .interaction = std::nullopt};
        const std::size_t known = history.before(other).size();
        if (draw == 0 || known > most) {
            best = other;
            most = known;
        }
    }
    return best;
}

void flipLabels(std::vector<demonstrations::Demonstration>& demonstrations)
{
    for (auto& demonstration : demonstrations) {
        demonstration.isLiked = !demonstration.isLiked;
        demonstration.reason += ", label flipped";
    }
}

void removeItems(prompt::PromptContext& context, const data::Dataset& dataset, std::span<const data::ItemIndex> items)
{
    const auto isOne = [&](data::InteractionIndex interaction) {
        return std::find(items.begin(), items.end(), dataset.item(interaction)) != items.end();
    };
    std::erase_if(context.history, isOne);
    std::erase_if(context.demonstrations, [&](const auto& shown) { return isOne(shown.interaction); });
    for (auto& demonstration : context.demonstrations)
        std::erase_if(demonstration.history, isOne);
}

} // namespace driftscope::simulate
