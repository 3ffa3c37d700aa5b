// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/simulate/preparedexperiment.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace driftscope::simulate {

/// What a run's manifest says beyond the prepared experiment.
struct RunSources {
    std::vector<data::SourceFile> checkpointFiles; ///< with hashes
    std::string device; ///< of the loaded model: "cpu, 2 threads"
    std::int64_t contextTokens = 0;
    std::int64_t batchTokens = 0; ///< of this run, see batchTokensOf()
    std::string programVersion;
    std::string libtorchVersion;
};

/// Everything that decides a run's numbers: experiment, files with hashes, template texts, seed, versions, device. The
/// same from window and command line.
[[nodiscard]] nlohmann::json runManifest(const PreparedExperiment& prepared, const RunSources& sources);

/// Refuses to go on with a run whose dataset, checkpoint, templates, context or kind of device are not those of now.
///
/// @retval ErrorCode::Inconsistent  the message names what differs and what to do.
[[nodiscard]] Result<> checkSameSources(const nlohmann::json& recorded, const nlohmann::json& now);

/// "experiment 1a2b3c4d, dataset 5e6f7a8b, checkpoint 9c0d1e2f": the first digits of the hashes in a manifest, for
/// captions. Several files count together.
[[nodiscard]] std::string sourceText(const nlohmann::json& manifest);

/// Batch tokens of a recorded run; 0 if the manifest does not say.
[[nodiscard]] std::int64_t recordedBatchTokens(const nlohmann::json& manifest);

} // namespace driftscope::simulate
