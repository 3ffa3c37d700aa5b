// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/benchown.h"

#include "app/commands/benchtiming.h"
#include "app/commands/command.h"
#include "core/base/stagetimer.h"
#include "core/base/textfile.h"
#include "core/inference/gemmlimit.h"
#include "core/inference/prefixtree.h"

#include <algorithm>
#include <functional>
#include <span>

namespace driftscope::app {

namespace {

using Scores = std::vector<inference::PromptScore>;

constexpr std::string_view namePrefix = "driftscope-";
constexpr std::string_view noSharing = "-no-sharing";

/// The prefix is what all candidates share.
inference::QueryShape shapeOf(const std::vector<inference::TokenizedPrompt>& prompts)
{
    std::size_t shared = prompts.front().tokens.size();
    for (const auto& prompt : prompts)
        shared = std::min(shared, inference::commonLength(prompts.front().tokens, prompt.tokens));
    inference::QueryShape shape {static_cast<double>(shared), 0, static_cast<double>(prompts.size())};
    for (const auto& prompt : prompts)
        shape.suffixTokens += static_cast<double>(prompt.tokens.size() - shared);
    return shape;
}

Result<std::vector<inference::QueryShape>> shapesOf(const BenchModel& model, const BenchWorkload& workload)
{
    std::vector<inference::QueryShape> shapes;
    for (const auto& query : workload.queries) {
        DRIFTSCOPE_TRY(const auto prompts, model.prompts(query, workload.answers));
        shapes.push_back(shapeOf(prompts));
    }
    return shapes;
}

inference::QueryShape meanOf(const std::vector<inference::QueryShape>& shapes)
{
    inference::QueryShape mean {0, 0, 0};
    const auto count = static_cast<double>(shapes.size());
    for (const auto& shape : shapes) {
        mean.prefixTokens += shape.prefixTokens / count;
        mean.suffixTokens += shape.suffixTokens / count;
        mean.candidates += shape.candidates / count;
    }
    return mean;
}

/// One query from its text to its scores.
Result<Scores> rank(const BenchModel& model, inference::Scorer& scorer, const BenchWorkload& workload,
                    const BenchWorkload::Query& query, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto prompts, model.prompts(query, workload.answers));
    return scorer.score(prompts, {}, context);
}

nlohmann::json marginsOf(const Scores& scores)
{
    nlohmann::json margins = nlohmann::json::array();
    for (const auto& score : scores)
        margins.push_back(score.answers[0] - score.answers[1]);
    return margins;
}

std::string precisionOf(std::string name)
{
    name.erase(0, namePrefix.size());
    return name.substr(0, name.find(noSharing));
}

} // namespace

Result<nlohmann::json> runOwnContender(const BenchArguments& arguments, const JobContext& context)
{
    if (!arguments.contender.starts_with(namePrefix))
        return fail(ErrorCode::UnknownName,
                    "There is no contender '" + arguments.contender + "'; take driftscope-fp32 or driftscope-bf16.");
    DRIFTSCOPE_TRY(const BenchWorkload workload, benchWorkload(arguments));
    DRIFTSCOPE_TRY(const auto path, benchCheckpoint(arguments));
    DRIFTSCOPE_TRY(const auto model,
                   BenchModel::load(path.string(), precisionOf(arguments.contender), arguments.device, context));
    const auto scorer = model.scorer({.sharePrefixes = !arguments.contender.ends_with(noSharing)});
    DRIFTSCOPE_TRY(const auto shapes, shapesOf(model, workload));
    BenchWorkload::Query warm = workload.queries.front();
    if (arguments.contender.ends_with(noSharing))
        warm.suffixes.resize(1);
    DRIFTSCOPE_CHECK(rank(model, *scorer, workload, warm, context));

    nlohmann::json timings = nlohmann::json::array();
    nlohmann::json margins = nlohmann::json::array();
    std::vector<double> seconds;
    for (const auto& query : workload.queries) {
        const Stopwatch watch;
        DRIFTSCOPE_TRY(const Scores scores, rank(model, *scorer, workload, query, context));
        const Timing timing = watch.read();
        timings.push_back({{"seconds", timing.seconds}, {"other_cores", timing.foreignCores}});
        seconds.push_back(timing.seconds);
        margins.push_back(marginsOf(scores));
    }
    const double peakMb = peakRssMb(); // before the limit is measured, with weights of its own
    DRIFTSCOPE_TRY(const auto limit, inference::measureGemmLimit(model.loaded(), meanOf(shapes), context));
    nlohmann::json limits = nlohmann::json::array();
    for (const auto& shape : shapes)
        limits.push_back(inference::leastFlops(model.loaded().config(), shape) / limit.flopsPerSecond);
    if (!arguments.scores.empty())
        DRIFTSCOPE_CHECK(writeFile(arguments.scores, margins.dump()));
    const double middle = median(seconds);
    return nlohmann::json {{"contender", arguments.contender},
                           {"seconds_per_query", middle},
                           {"candidates_per_s", shapes.front().candidates / middle},
                           {"queries", workload.queries.size()},
                           {"timings", std::move(timings)},
                           {"limit_seconds", std::move(limits)},
                           {"limit_flops_per_second", limit.flopsPerSecond},
                           {"device", scorer->describe()},
                           {"peak_rss_mb", peakMb}};
}

Result<nlohmann::json> profileOwn(const BenchArguments& arguments, const JobContext& context)
{
    DRIFTSCOPE_TRY(const BenchWorkload workload, benchWorkload(arguments));
    DRIFTSCOPE_TRY(const auto path, benchCheckpoint(arguments));
    DRIFTSCOPE_TRY(const auto model,
                   BenchModel::load(path.string(), arguments.precisions.front(), arguments.device, context));
    const auto scorer = model.scorer();
    DRIFTSCOPE_CHECK(rank(model, *scorer, workload, workload.queries.front(), context));
    StageTimes times;
    const Stopwatch watch;
    {
        const StageCollection collection(times);
        for (std::int64_t round = 0; round < arguments.rounds; ++round)
            for (const auto& query : workload.queries)
                DRIFTSCOPE_CHECK(rank(model, *scorer, workload, query, context));
    }
    const Timing whole = watch.read();
    const double queries = static_cast<double>(arguments.rounds) * static_cast<double>(workload.queries.size());
    std::vector<StageTimes::Stage> sorted = times.stages();
    std::ranges::sort(sorted, std::greater(), &StageTimes::Stage::seconds);
    nlohmann::json stages = nlohmann::json::array();
    for (const auto& stage : sorted)
        stages.push_back({{"stage", stage.name},
                          {"secondsPerQuery", stage.seconds / queries},
                          {"share", stage.seconds / whole.seconds},
                          {"callsPerQuery", static_cast<double>(stage.calls) / queries}});
    return nlohmann::json {{"profile", std::move(stages)},
                           {"secondsPerQuery", whole.seconds / queries},
                           {"foreignCores", whole.foreignCores},
                           {"device", scorer->describe()}};
}

} // namespace driftscope::app
