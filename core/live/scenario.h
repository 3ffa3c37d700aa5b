// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/live/liveranking.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::live {

/// Items as a scenario names them: by id, or by words of title or kind.
struct ItemChoice {
    std::string place; ///< "file.json: $.steps[1].do[0]", for messages
    std::vector<std::string> ids;
    std::string words; ///< the first `count` items with these words that are not spoken of yet; if there are no ids
    std::size_t count = 0;
};

/// Something that the persona does at a step.
struct ScenarioAction {
    enum class Kind : std::uint8_t { Like, Dislike, Forget, ForgetAll, Order };
    Kind kind = Kind::Like;
    ItemChoice items; ///< for Like, Dislike and Forget
    DemonstrationOrder order = DemonstrationOrder::AsChosen; ///< for Order
};

/// What a step promises: a kind of items and what it does.
struct PromisedEffect {
    std::string kind;
    Effect effect = Effect::Rises;
};

/// One press of the arrow key.
struct ScenarioStep {
    std::string title;
    std::string say; ///< what happens, in one or two sentences
    std::string look; ///< where to look
    std::vector<ScenarioAction> actions;
    std::vector<PromisedEffect> effects;
    bool showsPrompt = false;
};

/// A prepared demonstration: whom to show, step by step, and what is to be seen. A file of resources/scenarios.
struct Scenario {
    static constexpr std::int64_t formatVersion = 1;

    std::string id;
    std::string title;
    std::string help; ///< one sentence: what it shows
    std::string dataset; ///< path, found as experiments find theirs
    std::string label; ///< label rule; empty = default of the data
    std::string checkpoint; ///< path of the model that the effects were seen with
    simulate::Arm arm;
    std::string startUser; ///< id of the user that the persona begins as; empty = nobody
    std::size_t startEvents = 0; ///< so many of the user's first interactions are known
    std::vector<ItemChoice> candidates;
    std::vector<ScenarioStep> steps; ///< at least one
    std::filesystem::path baseFolder; ///< where relative paths begin

    /// @param origin  file name for messages; relative paths begin at its folder.
    /// @retval ErrorCode::BadJson, DuplicateKey, MissingField, UnknownField, WrongType, BadValue, UnknownName,
    /// UnsupportedVersion  with file and JSON path.
    [[nodiscard]] static Result<Scenario> parse(std::string_view json, const std::filesystem::path& origin);
    /// Also ErrorCode::NotFound, NotReadable, TooLarge.
    [[nodiscard]] static Result<Scenario> load(const std::filesystem::path& path);
};

/// The scenarios that come with the program, in the order of a lesson.
///
/// @param baseFolder  where resources/scenarios lies beside the bundled data; relative paths begin there.
[[nodiscard]] std::vector<Scenario> builtInScenarios(const std::filesystem::path& baseFolder);

/// A scenario bound to a dataset: what to ask at each step. Immutable; threads may share it.
struct ScenarioScript {
    Scenario scenario;
    std::vector<LiveQuestion> questions; ///< one a step

    /// @param source   the scenario's dataset under its label rule.
    /// @param context  Stop is honoured between the choices of items.
    /// @retval ErrorCode::UnknownName   no such item, user or words; the message has file and JSON path.
    /// @retval ErrorCode::BadValue      a kind of an effect is not among the candidates.
    /// @retval ErrorCode::Inconsistent  the persona would have an opinion on a candidate.
    /// @retval ErrorCode::Cancelled     stop was requested.
    /// Also errors of checkArm().
    [[nodiscard]] static Result<ScenarioScript> bind(Scenario scenario, const data::UserHistory& source,
                                                     const JobContext& context = {});
};

} // namespace driftscope::live
