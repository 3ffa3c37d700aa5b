// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/checkpoint/checkpoint.h"
#include "core/inference/loadedmodel.h"
#include "core/inference/scorer.h"
#include "core/inference/textmodel.h"
#include "core/simulate/experimentsources.h"
#include "core/simulate/preparedexperiment.h"
#include "core/simulate/runmanifest.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace driftscope::app {

/// Which scorer a command works with: the experiment's checkpoint, or "fake[:milliseconds a batch]".
struct ScorerChoice {
    std::string text; ///< empty = the checkpoint

    [[nodiscard]] bool isFake() const { return !text.empty(); }
    /// @retval ErrorCode::BadArgument  neither empty nor "fake" nor "fake:MILLISECONDS".
    [[nodiscard]] Result<std::int64_t> fakeMilliseconds() const;
    /// Adds --scorer to a command.
    void addTo(CLI::App& command);
};

/// The model of an experiment as far as prompts need it: headers and tokenizer, no weights.
struct OpenedModel {
    std::shared_ptr<const checkpoint::Checkpoint> checkpoint; ///< null for the fake scorer, and if no arm asks a model
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
    std::int64_t contextTokens = 0; ///< less the virtual tokens of adapters
    std::vector<inference::AdapterChoice> adapters {}; ///< of the experiment, resolved; they fit
    std::vector<simulate::NamedAdapter> namedAdapters {}; ///< the same, opened
    std::map<std::string, OpenedModel> others {}; ///< that arms name, by that name

    /// Of `others`, for PreparedExperiment::prepare().
    [[nodiscard]] std::map<std::string, simulate::PromptModel> promptModels() const;
};

/// @retval ErrorCode::NotFound  no model at the path; the message says where it was looked for.
[[nodiscard]] Result<OpenedModel> openModel(const simulate::Experiment& experiment, const ScorerChoice& choice);

using simulate::openDatasetOf;

/// A model ready to score.
struct ReadyScorer {
    std::unique_ptr<inference::Scorer> scorer;
    std::unique_ptr<inference::TextModel> textModel; ///< of the same weights; null if no arm asks a model
    std::string device; ///< "cpu, 2 threads"
};

/// Loads the weights. @param batchTokens  of a resumed run; 0 = chosen for the device.
[[nodiscard]] Result<ReadyScorer> loadScorer(const simulate::Experiment& experiment, const OpenedModel& model,
                                             const ScorerChoice& choice, std::int64_t batchTokens,
                                             const JobContext& context);

/// Hashes of the checkpoint's files and one of each adapter's folder, for the manifest.
[[nodiscard]] Result<std::vector<data::SourceFile>> hashCheckpoint(const OpenedModel& model, const JobContext& context);

} // namespace driftscope::app
