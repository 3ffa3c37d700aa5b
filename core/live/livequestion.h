// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/inference/scorer.h"
#include "core/live/persona.h"
#include "core/simulate/preparedexperiment.h"

#include <memory>
#include <vector>

namespace driftscope::live {

/// In which order the prompt shows the demonstrations that the arm's selector chose.
enum class DemonstrationOrder : std::uint8_t {
    AsChosen, ///< oldest first, unless the selector says else
    Reversed ///< the same ones the other way round: does their place matter?
};

/// What is asked: a persona, what to rank for it, and how the model is shown what is known.
struct LiveQuestion {
    Persona persona;
    std::vector<data::ItemIndex> candidates;
    simulate::Arm arm;
    DemonstrationOrder order = DemonstrationOrder::AsChosen;
};

/// The prompts of a question, one a candidate, and the history that they were made of.
struct LivePrompts {
    PersonaHistory known;
    simulate::ArmPrompts built;
    double seconds = 0; ///< that building took
};

/// The arm that a live session begins with: the twelve most recent opinions as demonstrations and the eight last liked
/// items, in the shortest wording, which the bundled drift-tiny model was taught.
[[nodiscard]] simulate::Arm standardArm();

/// Whether a persona can be asked about through an arm: one that asks the checkpoint in focus and needs nobody else's
/// interactions and no embeddings.
///
/// @retval ErrorCode::BadArgument  it cannot; the message says why.
[[nodiscard]] Result<> checkArm(const simulate::Arm& arm);

/// Selects, words and tokenises by the calls that the Probe and runs use: PreparedArm over the persona's history.
///
/// @param experiment     seed, token budget and whether leaks are blocked.
/// @param source         the dataset that the persona's items are of.
/// @param contextTokens  longest prompt of the checkpoint.
/// @retval ErrorCode::Inconsistent  a candidate is one that the persona has an opinion on; the message names it.
/// Also errors of checkArm(), PersonaHistory::make(), PreparedArm::prepare() and PreparedArm::build().
[[nodiscard]] Result<LivePrompts> buildPrompts(const LiveQuestion& question, const simulate::Experiment& experiment,
                                               const data::UserHistory& source,
                                               const std::shared_ptr<const tokenizer::Tokenizer>& tokenizer,
                                               std::int64_t contextTokens);

} // namespace driftscope::live
