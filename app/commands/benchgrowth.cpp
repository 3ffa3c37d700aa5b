// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/benchgrowth.h"

#include "app/commands/benchtiming.h"
#include "app/commands/command.h"
#include "core/base/textfile.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <limits>
#include <utility>

namespace driftscope::app {

namespace {

/// A point of a curve.
struct Point {
    std::string grows;
    std::size_t value = 0;
    BenchWorkload::Shape shape;
    std::size_t users = 1;
};

/// What it cost.
struct Cost {
    std::size_t prompts = 0;
    inference::ScoringCost scoring;
    Timing least {std::numeric_limits<double>::infinity(), 0};
};

constexpr BenchWorkload::Shape middle {4, 10, 20};
constexpr BenchWorkload::Shape middleOfMany {2, 5, 10}; ///< smaller, as there are up to 64 of them

std::vector<Point> pointsOfGrowth()
{
    std::vector<Point> points;
    for (const std::size_t candidates : {5, 10, 20, 50, 100, 200, 500})
        points.push_back({"candidates", candidates, {middle.demonstrations, middle.history, candidates}, 1});
    for (const std::size_t k : {0, 1, 2, 4, 8, 16})
        points.push_back({"k", k, {k, middle.history, middle.candidates}, 1});
    for (const std::size_t history : {0, 5, 10, 20, 35, 50})
        points.push_back({"history", history, {middle.demonstrations, history, middle.candidates}, 1});
    for (const std::size_t users : {1, 2, 4, 8, 16, 32, 64})
        points.push_back({"users", users, middleOfMany, users});
    return points;
}

Result<std::vector<inference::TokenizedPrompt>> promptsOf(const BenchModel& model, const Point& point)
{
    std::vector<inference::TokenizedPrompt> all;
    for (std::size_t user = 0; user < point.users; ++user) {
        DRIFTSCOPE_TRY(auto prompts, model.prompts(BenchWorkload::made(user, point.shape), {" Yes", " No"}));
        std::ranges::move(prompts, std::back_inserter(all));
    }
    return all;
}

Result<Cost> costOf(const BenchModel& model, const Point& point, std::int64_t rounds, const JobContext& context)
{
    Cost cost;
    for (std::int64_t round = 0; round < rounds; ++round) {
        const auto scorer = model.scorer();
        const Stopwatch watch;
        DRIFTSCOPE_TRY(const auto prompts, promptsOf(model, point));
        DRIFTSCOPE_CHECK(scorer->score(prompts, {}, context));
        const Timing timing = watch.read();
        if (timing.seconds < cost.least.seconds)
            cost.least = timing;
        cost.prompts = prompts.size();
        cost.scoring = scorer->cost();
    }
    return cost;
}

std::string csvLine(const Point& point, const Cost& cost)
{
    char text[256];
    std::snprintf(text, sizeof text, "%s,%zu,%zu,%zu,%zu,%zu,%zu,%lld,%lld,%.6f,%.2f,%lld\n", point.grows.c_str(),
                  point.value, point.shape.candidates, point.shape.demonstrations, point.shape.history, point.users,
                  cost.prompts, static_cast<long long>(cost.scoring.promptTokens),
                  static_cast<long long>(cost.scoring.computedTokens), cost.least.seconds, cost.least.foreignCores,
                  static_cast<long long>(cost.scoring.peakBytes));
    return text;
}

} // namespace

Result<> measureGrowth(const BenchArguments& arguments, const JobContext& context)
{
    DRIFTSCOPE_TRY(const auto path, benchCheckpoint(arguments));
    DRIFTSCOPE_TRY(const auto model,
                   BenchModel::load(path.string(), arguments.precisions.front(), arguments.device, context));
    std::string csv = "grows,value,candidates,k,history,users,prompts,promptTokens,computedTokens,seconds,foreignCores,"
                      "peakBytes\n";
    const std::vector<Point> points = pointsOfGrowth();
    DRIFTSCOPE_CHECK(costOf(model, points.front(), 1, context)); // warms up
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point& point = points[i];
        context.report({static_cast<std::int64_t>(i), static_cast<std::int64_t>(points.size()), "measure growth"});
        const auto cost = costOf(model, point, arguments.rounds, context);
        if (!cost && cost.error().code == ErrorCode::ContextTooLong) {
            note(point.grows + " " + std::to_string(point.value) + " is left out: " + cost.error().message);
            continue;
        }
        if (!cost)
            return failFrom(cost);
        csv += csvLine(point, *cost);
        DRIFTSCOPE_CHECK(writeFile(arguments.growth, csv)); // what was measured is kept if the rest is stopped
        printJson({{"grows", point.grows},
                   {"value", point.value},
                   {"computedTokens", cost->scoring.computedTokens},
                   {"seconds", cost->least.seconds},
                   {"tokensPerSecond", static_cast<double>(cost->scoring.computedTokens) / cost->least.seconds},
                   {"peakBytes", cost->scoring.peakBytes}});
    }
    return {};
}

} // namespace driftscope::app
