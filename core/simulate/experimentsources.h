// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/checkpoint/adapter.h"
#include "core/checkpoint/checkpoint.h"
#include "core/simulate/preparedexperiment.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace driftscope::simulate {

/// A checkpoint that an experiment names: headers and tokenizer, no weights.
struct NamedCheckpoint {
    std::filesystem::path path;
    std::shared_ptr<const checkpoint::Checkpoint> checkpoint;
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
    std::int64_t contextTokens = 0;
};

/// An adapter of checkpoint.adapters that fits its checkpoint.
struct NamedAdapter {
    std::string name; ///< as the experiment writes it
    std::filesystem::path folder;
    std::shared_ptr<const checkpoint::Adapter> adapter;
};

/// The dataset of the experiment.
///
/// @retval ErrorCode::NotFound  there is none; and as data::openDataset().
[[nodiscard]] Result<std::shared_ptr<const data::Dataset>> openDatasetOf(const Experiment& experiment,
                                                                         const JobContext& context);

/// @param field  where the path stands in the experiment, for the message.
/// @retval ErrorCode::NotFound  no model at the path; the message says where it was looked for.
[[nodiscard]] Result<NamedCheckpoint> openCheckpoint(const std::string& field, const std::string& name,
                                                     const std::filesystem::path& baseFolder);

/// Those that arms name beside the experiment's, by that name.
[[nodiscard]] Result<std::map<std::string, NamedCheckpoint>> openOtherCheckpoints(const Experiment& experiment);

/// Reads the headers of the experiment's adapters.
///
/// @retval ErrorCode::Inconsistent  one does not fit the checkpoint; the message says why.
[[nodiscard]] Result<std::vector<NamedAdapter>> openAdapters(const Experiment& experiment,
                                                             const checkpoint::ModelConfig& config);

/// Tokens that the adapters put before every prompt; so many fewer are left for the prompt.
[[nodiscard]] std::int64_t virtualTokens(std::span<const NamedAdapter> adapters);

/// Hashes of the files of all checkpoints in turn, and one of each adapter's folder: what a manifest says of the model.
/// The same from window and command line, so that a run begun in one goes on in the other.
///
/// @param checkpoints  the experiment's first, then those that arms name.
/// @retval ErrorCode::NotFound, NotReadable, Cancelled  as contentHashOfFile().
[[nodiscard]] Result<std::vector<data::SourceFile>>
hashModel(std::span<const std::shared_ptr<const checkpoint::Checkpoint>> checkpoints,
          std::span<const NamedAdapter> adapters, const JobContext& context);

} // namespace driftscope::simulate
