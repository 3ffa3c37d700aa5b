// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/baselines/sequencetrainer.h"
#include "core/checkpoint/checkpoint.h"
#include "core/inference/loadedmodel.h"
#include "core/inference/scorer.h"
#include "core/inference/textmodel.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// The engine folder is the window's view of the inference engine, which is opened only when a model is loaded:
/// starting the program does not wait for libtorch.
namespace driftscope::ui {

/// What a scorer is made for.
struct ScorerRequest {
    std::int64_t batchTokens = 0; ///< 0 = chosen for the device
    std::uint64_t seed = 1; ///< of the experiment; only the fake scorer needs it
    std::int64_t cacheBytes = 0; ///< for what was computed for earlier prompts
};

/// A model in memory. Each scorer is used by one thread; all share the weights.
struct LoadedEngine {
    std::function<std::unique_ptr<inference::Scorer>(const ScorerRequest&)> makeScorer;
    std::function<std::unique_ptr<inference::TextModel>()> makeTextModel; ///< next tokens, continuations, embeddings
    std::shared_ptr<const baselines::SequenceTrainer> sequences; ///< for baselines that are networks; may be null
    std::string name; ///< file or folder of the checkpoint
    std::string device; ///< "cpu, 2 threads"
    std::string precision; ///< "fp32"
    std::string libraryVersion; ///< of libtorch, for manifests; empty for the fake model
    std::int64_t weightBytes = 0;
    std::vector<std::string> adapters; ///< in memory, by name
    /// Those that scorers and text models are made with; a call may name others of `adapters`.
    std::vector<std::string> activeAdapters;
    /// These weights with exactly these adapters active. What is not in memory is read; the rest costs nothing. Errors
    /// of inference::LoadedModel::withAdapters(). Not on the GUI's thread.
    std::function<Result<std::shared_ptr<const LoadedEngine>>(const std::vector<inference::AdapterChoice>& active,
                                                              const JobContext& context)>
        withAdapters;
};

/// Loads checkpoints. Threads may share it.
class Engine
{
public:
    virtual ~Engine() = default;
    /// As inference::LoadedModel::load(); also
    /// @retval ErrorCode::NotFound  the engine's library is not where the program looks for it.
    [[nodiscard]] virtual Result<std::shared_ptr<const LoadedEngine>>
    load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint, const inference::LoadOptions& options,
         const JobContext& context) = 0;
    /// True if it needs no checkpoint (the fake model for trying out).
    [[nodiscard]] virtual bool isFake() const { return false; }
    /// Version of libtorch that it was built with; empty for the fake model.
    [[nodiscard]] virtual std::string libraryVersion() const { return {}; }
};

} // namespace driftscope::ui
