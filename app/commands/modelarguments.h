// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command.h"
#include "core/inference/loadedmodel.h"
#include "core/tokenizer/tokenizer.h"

#include <memory>
#include <string>
#include <vector>

namespace driftscope::app {

/// The options of commands that run a model.
struct ModelArguments {
    std::string checkpoint;
    std::vector<std::string> adapters;
    bool mergeAdapters = false;
    std::string precision = "fp32";
    std::string device = "auto";
};

/// Adds --checkpoint, --adapter, --merge-adapters, --precision and --device.
///
/// @param arguments  outlive the command.
void addModelOptions(CLI::App& command, ModelArguments& arguments);

/// A model in memory with its tokenizer.
struct ReadyModel {
    std::shared_ptr<const checkpoint::Checkpoint> checkpoint;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
    std::shared_ptr<const inference::LoadedModel> model;
};

/// Loads what the options name; says on stderr what the model runs on if that was left open.
///
/// Adapters go by the names that the options give them. Errors are those of Checkpoint::open(), loadTokenizer() and
/// LoadedModel::load().
[[nodiscard]] Result<ReadyModel> readyModel(const ModelArguments& arguments, const JobContext& context);

/// A name for what a model's numbers depend on: the content of the checkpoint's and the adapters'
/// files and the precision.
///
/// @retval ErrorCode::NotFound, NotReadable, Cancelled  as contentHashOfFile().
[[nodiscard]] Result<std::string> modelKey(const ReadyModel& opened, const ModelArguments& arguments,
                                           const JobContext& context);

} // namespace driftscope::app
