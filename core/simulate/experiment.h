// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/jsonfield.h"
#include "core/base/result.h"
#include "core/data/datasetreader.h"
#include "core/data/userhistory.h"
#include "core/simulate/arm.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The simulate folder replays a dataset in time order and drives selection, prompting, scoring and recording.
namespace driftscope::simulate {

/// Type of a field of the experiment file.
enum class FieldType : std::uint8_t { Text, Integer, Boolean, TextList, Selector, Scorer };

/// What the experiment file may say at one path: forms, validation, schema and docs come from this.
struct FieldDescription {
    std::string path; ///< "replay.maxUsers", "arms[].history.lag.unit"
    FieldType type = FieldType::Text;
    std::string help; ///< one sentence
    bool isRequired = false;
    nlohmann::json fallback; ///< default; null if required
    double minimum = 0; ///< for integers
    double maximum = 0; ///< for integers
    std::vector<std::string> choices {}; ///< for texts: what is allowed; empty = see help
    bool mayBeEmpty = true; ///< for lists
    bool isHashed = true; ///< false: it decides what a run costs or what is shown of it, not what it says
    /// It came later: while it has its default it does not count for the hash, so that earlier experiments keep theirs.
    bool isLater = false;
};

/// One experiment: dataset + checkpoint + replay + candidates + metrics + arms. The same file for GUI and CLI.
///
/// Every field is described in one place, experimentFields(); experimentSchema() is built from it and also is
/// resources/experiments/schema.json.
struct Experiment {
    static constexpr std::int64_t formatVersion = 1;

    struct DatasetPart {
        std::string path; ///< relative paths: to the experiment file, then to the data folder
        std::string format; ///< reader id; empty = recognised
        std::string label; ///< label rule; empty = default of the data
        data::TiePolicy ties = data::TiePolicy::Exclude;
        data::ColumnMap columns {}; ///< of a table whose columns are not found by their names
    };
    struct CheckpointPart {
        std::string path;
        std::string precision = "fp32"; ///< fp32, bf16
        std::string device = "auto"; ///< auto, cpu, cuda
        std::int64_t batchTokens = 0; ///< 0 = chosen for the device
        std::vector<std::string> adapters; ///< folders of PEFT adapters, found as `path` is; also their names
        std::int64_t cacheMegabytes = 0; ///< memory for what was computed for earlier prompts; not part of the hash
    };
    /// Which shifts of a planted dataset the replay keeps to.
    enum class ShiftFilter : std::uint8_t { None, Any, Abrupt, Gradual, Recurring, Swap };
    /// Moments so many events after a known shift (0 = the first one under the new taste; negative = before it).
    struct ShiftWindow {
        ShiftFilter kind = ShiftFilter::None; ///< None = wherever
        std::int64_t from = 0;
        std::int64_t to = 20;
    };
    struct ReplayPart {
        std::vector<std::string> users; ///< ids; empty = sampled
        std::int64_t maxUsers = 0; ///< 0 = all
        std::int64_t queriesPerUser = 0; ///< 0 = all
        std::int64_t maxQueries = 0; ///< 0 = all
        bool consecutive = false; ///< a user's moments follow one another; else they are spread over the life
        std::int64_t minHistory = 5; ///< interactions before the first query
        std::string from; ///< time, or empty
        std::string to; ///< time, or empty
        ShiftWindow aroundShift;
        /// Asked in any case, beside the moments that are spread over the life; kind None = no such moments.
        ShiftWindow alwaysAroundShift;
        bool pointwise = true; ///< also score disliked interactions, for AUC and its kin
    };
    struct CandidatesPart {
        std::int64_t count = 20; ///< with the true next item
        std::string kind = "uniform";
    };
    struct MetricsPart {
        /// ids of the metric registry
        std::vector<std::string> ids {"hr@1", "hr@5", "hr@10", "ndcg@5",  "ndcg@10", "mrr",
                                      "auc",  "uauc", "gauc",  "logloss", "ece"};
        std::string windowBy = "event-index"; ///< event-index, calendar
        std::string windowShape = "apart"; ///< apart, rolling, cumulative
        std::int64_t windowSize = 20; ///< events, or days
        std::int64_t minimumPerPoint = 10;
        std::int64_t resamples = 1000;
        /// The table is of these moments alone; kind None = of all. Curves always show all.
        ShiftWindow aroundShift;
    };
    struct PromptPart {
        std::int64_t budgetTokens = 0; ///< 0 = the checkpoint's context
        bool blockLeaks = true; ///< refuse to score a prompt that leaks
    };

    std::string name;
    std::string description;
    std::uint64_t seed = 1;
    DatasetPart dataset;
    CheckpointPart checkpoint;
    ReplayPart replay;
    CandidatesPart candidates;
    MetricsPart metrics;
    PromptPart prompt;
    std::vector<Arm> arms;
    std::filesystem::path baseFolder; ///< of the file it came from; not part of the hash

    /// True if an arm asks the checkpoint; otherwise checkpoint.path may be empty.
    [[nodiscard]] bool needsModel() const;

    /// @param origin  the file, for messages and for relative paths.
    /// @retval ErrorCode::BadJson, DuplicateKey, MissingField, UnknownField, WrongType, BadValue, BadTime, UnknownName,
    /// UnsupportedVersion
    ///         with file and JSON path; unknown selectors, metrics and templates are named with the known ones.
    [[nodiscard]] static Result<Experiment> parse(std::string_view json, const std::filesystem::path& origin);
    /// Also ErrorCode::NotFound, NotReadable.
    [[nodiscard]] static Result<Experiment> load(const std::filesystem::path& path);

    /// checkpoint.cacheMegabytes in bytes.
    [[nodiscard]] std::int64_t cacheBytes() const { return checkpoint.cacheMegabytes * 1'000'000; }

    /// Checkpoints that arms name beside the experiment's, each once, in the order of the arms.
    [[nodiscard]] std::vector<std::string> otherCheckpoints() const;
    /// Names of the adapters that an arm is scored with; nothing if the experiment has none.
    [[nodiscard]] std::optional<std::vector<std::string>> adaptersOf(const Arm& arm) const;

    /// Every field, defaults too: the canonical form.
    [[nodiscard]] nlohmann::json toJson() const;
    /// contentHash of the canonical JSON, less the fields that decide the cost alone and those that came later and have
    /// their defaults: the same whatever the order and spelling of the file.
    [[nodiscard]] std::string hash() const;
};

/// Reads one element of "arms"; errors stay in `object`.
///
/// @param base  folder of the file, where template files are looked for.
[[nodiscard]] Arm readArm(JsonField& object, const std::filesystem::path& base);

/// One element of "arms" as the file has it, every field.
[[nodiscard]] nlohmann::json writeArm(const Arm& arm);

/// All fields of the experiment file but "version", those of an arm with "arms[]." before them.
[[nodiscard]] std::vector<FieldDescription> experimentFields();

/// The JSON schema of the experiment file (draft 2020-12), built from the described fields.
[[nodiscard]] nlohmann::json experimentSchema();

/// Resolves a dataset or checkpoint path: absolute, relative to the experiment, or in the user's data folder
/// ($XDG_DATA_HOME/driftscope or ~/.local/share/driftscope).
[[nodiscard]] std::filesystem::path resolvePath(const std::string& path, const std::filesystem::path& baseFolder);

} // namespace driftscope::simulate
