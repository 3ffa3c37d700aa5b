// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/armvariants.h"

#include "core/demonstrations/demonstrationedits.h"

#include <array>

namespace driftscope::simulate {

namespace {

/// A control that one switch of the arm makes.
template<typename Switch>
ArmControl control(const char* title, const char* help, Switch at)
{
    return {title, help, [at](const Arm& arm) { return at(arm); }, [at](Arm& arm, bool isOn) { at(arm) = isOn; }};
}

std::vector<ArmControl> makeControls()
{
    std::vector<ArmControl> controls;
    controls.push_back(control(
        "Shuffled history", "The same titles in another order: does the order matter?",
        [](auto& arm) -> auto& { return arm.historyControls.isShuffled; }));
    controls.push_back(control(
        "Fake history", "As many titles that others liked: does it matter what stands there?",
        [](auto& arm) -> auto& { return arm.historyControls.isFake; }));
    controls.push_back(control(
        "Flipped labels", "Liked is shown as disliked and the other way round: does the model read labels?",
        [](auto& arm) -> auto& { return arm.demonstrations.areLabelsFlipped; }));
    controls.push_back(
        {"Other user's demonstrations", "Another user's of the same time: does it matter whose they are?",
         [](const Arm& arm) { return arm.context == ContextOf::OtherUsersDemonstrations; },
         [](Arm& arm, bool isOn) { arm.context = isOn ? ContextOf::OtherUsersDemonstrations : ContextOf::Self; }});
    controls.push_back(control(
        "Masked titles", "Titles of histories and demonstrations are hidden: is it the titles, or form and labels?",
        [](auto& arm) -> auto& { return arm.areTitlesMasked; }));
    controls.push_back(control(
        "No negatives", "Disliked demonstrations are left out: do dislikes tell anything?",
        [](auto& arm) -> auto& { return arm.demonstrations.areNegativesLeftOut; }));
    return controls;
}

data::Lag staleLag(const data::Dataset& dataset)
{
    return dataset.truth() ? data::Lag {data::Lag::Unit::Shifts, 1} : data::Lag {data::Lag::Unit::Events, staleEvents};
}

Arm crossed(Arm arm, bool isStale, bool hasDemonstrations, const data::Dataset& dataset)
{
    arm.history.lag = isStale ? staleLag(dataset) : data::Lag {};
    arm.demonstrations.lagUnit = DemonstrationLag::Events; // fresh, whatever the history is
    arm.demonstrations.lagAmount = 0;
    if (!hasDemonstrations) {
        arm.selector = "none";
        arm.selectorParameters.clear();
    } else if (arm.selector == "none") {
        arm.selector = "recent";
        arm.selectorParameters = {{"k", std::int64_t {4}}};
    }
    return arm;
}

} // namespace

std::span<const ArmControl> armControls()
{
    static const std::vector<ArmControl> controls = makeControls();
    return controls;
}

std::vector<ArmVariant> armVariants(const Arm& arm, const data::Dataset& dataset)
{
    std::vector<ArmVariant> variants {{"As it is", arm}};
    for (const auto& control : armControls()) {
        if (control.isOn(arm))
            continue;
        ArmVariant variant {control.title, arm};
        control.set(variant.arm, true);
        variant.isChosenByHand = variant.arm.context == arm.context;
        variants.push_back(std::move(variant));
    }
    static constexpr std::array<const char*, 4> square {
        "2x2: stale history, no demonstrations", "2x2: stale history, fresh demonstrations",
        "2x2: fresh history, no demonstrations", "2x2: fresh history, fresh demonstrations"};
    for (std::size_t i = 0; i < square.size(); ++i)
        variants.push_back({square[i], crossed(arm, i < 2, i % 2 == 1, dataset), i % 2 == 1});
    return variants;
}

Result<Arm> armByHand(const Arm& arm, const data::UserHistory& history, std::span<const demonstrations::Choice> choices)
{
    if (arm.context != ContextOf::Self)
        return fail(ErrorCode::BadArgument,
                    "An arm cannot keep demonstrations chosen by hand from another user's; set its context to self, or "
                    "reset the demonstrations.");
    Arm made = arm;
    DRIFTSCOPE_TRY(made.selectorParameters, demonstrations::manualParameters(history, choices));
    made.selector = "manual";
    return made;
}

} // namespace driftscope::simulate
