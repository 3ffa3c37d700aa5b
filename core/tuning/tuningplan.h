// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/simulate/arm.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// The tuning folder trains a checkpoint to learn in context: samples from past interactions, and the loop.
namespace driftscope::tuning {

/// Which answers of a sample carry loss.
enum class AnswerLoss : std::uint8_t {
    Last, ///< the query's answer alone, as RecICL and TALLRec do
    All ///< those of the demonstrations too
};

/// Where interactions come from: a dataset on disk, or one planted for the purpose (exactly one of the two).
struct DataSource {
    std::string path; ///< as in experiment files
    nlohmann::json planted; ///< plan of a planted-drift dataset; null = none
    std::string label; ///< label rule; empty = default of the data
};

/// One way to word samples, drawn in proportion to its weight.
struct Recipe {
    double weight = 1;
    double flippedShare = 0; ///< of its samples in which all labels, the query's too, are swapped
    simulate::Arm arm;
};

/// A stretch of training with its own data and samples.
struct Stage {
    std::int64_t steps = 0;
    std::vector<DataSource> data; ///< drawn from evenly
    std::vector<Recipe> recipes;
    AnswerLoss answerLoss = AnswerLoss::Last;
    double textLoss = 0; ///< weight of the next-token loss over all of the prompt; 0 = answers alone
};

/// A new decoder of the Llama family, in place of a checkpoint.
struct ScratchModel {
    std::int64_t vocabularySize = 1024; ///< learned from the first stage's prompts
    std::int64_t hiddenSize = 128;
    std::int64_t intermediateSize = 384;
    std::int64_t layers = 4;
    std::int64_t heads = 4;
    std::int64_t contextLength = 2048;
    double ropeTheta = 10'000;
};

/// What is trained.
struct TuningMethod {
    bool isLora = true; ///< else all weights
    std::int64_t rank = 8;
    double alpha = 16;
    double dropout = 0;
    std::vector<std::string> targets {"q_proj", "v_proj"};
    bool trainsEmbedding = false; ///< of full tuning; RecICL leaves it as it is
};

/// Step size and batch.
struct Optimization {
    double learningRate = 1e-4;
    double finalLearningRate = 1e-5; ///< the cosine's end
    std::int64_t warmupSteps = 100;
    double weightDecay = 0.01; ///< of matrices; norms and biases have none
    double beta1 = 0.9;
    double beta2 = 0.999;
    double clipNorm = 1;
    std::int64_t promptsPerStep = 32;
    std::int64_t tokensPerPass = 8192; ///< gradients of several passes add up to a step
    bool recomputesActivations = false; ///< less memory for a third more work
};

/// How data are kept apart: nothing of the held-out users and nothing from the cut on is trained on.
struct TuningSplit {
    double trainShare = 0.8; ///< of the interactions in time order; the rest is after the cut
    double testUsers = 0; ///< share of users that no sample comes from
    double validationUsers = 0.05; ///< share of users that only validation samples come from
    std::int64_t minHistory = 2; ///< interactions before a sample
};

/// One training run as a JSON file.
struct TuningPlan {
    static constexpr std::int64_t formatVersion = 1;

    std::string name;
    std::string description;
    std::uint64_t seed = 1;
    std::string checkpoint; ///< path; empty = `scratch`
    ScratchModel scratch;
    std::string device = "auto"; ///< auto, cpu, cuda
    std::string precision = "fp32"; ///< of the products: fp32, bf16; weights stay fp32
    TuningMethod method;
    TuningSplit split;
    Optimization optimization;
    std::vector<Stage> stages;
    std::int64_t validateEvery = 100; ///< steps
    std::int64_t validationSamples = 200;
    std::int64_t patience = 10; ///< validations without a better AUC; 0 = never stop early
    std::int64_t saveEvery = 100; ///< steps
    std::string output; ///< folder; relative to the plan
    std::string outputType = "fp32"; ///< fp32, bf16
    std::filesystem::path baseFolder; ///< of the file it came from

    /// @param origin  the file, for messages and for relative paths.
    /// @retval ErrorCode::BadJson, DuplicateKey, MissingField, UnknownField, WrongType, BadValue, UnknownName,
    ///         UnsupportedVersion  with file and JSON path.
    [[nodiscard]] static Result<TuningPlan> parse(std::string_view json, const std::filesystem::path& origin);
    /// Also ErrorCode::NotFound, NotReadable.
    [[nodiscard]] static Result<TuningPlan> load(const std::filesystem::path& path);

    [[nodiscard]] std::int64_t totalSteps() const;
    /// The stage of a step, and nothing that is drawn depends on anything but seed and step.
    [[nodiscard]] const Stage& stageOf(std::int64_t step) const;
    /// Where the output goes.
    [[nodiscard]] std::filesystem::path outputFolder() const;
    std::string hash; ///< contentHash of the file's JSON: a resumed run must have the same
};

} // namespace driftscope::tuning
