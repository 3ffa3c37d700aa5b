// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

/// A plan that trains a very small decoder for a few steps on planted data.
inline nlohmann::json tinyPlan(std::int64_t steps = 6)
{
    const nlohmann::json data {{"planted",
                                {{"users", 30},
                                 {"items", 120},
                                 {"genres", 4},
                                 {"genresPerTaste", 1},
                                 {"eventsPerUser", 20},
                                 {"shifts", "none"},
                                 {"seed", 3}}}};
    const nlohmann::json arm {{"name", "demos"},
                              {"selector", {{"id", "recent"}, {"k", 3}}},
                              {"history", {{"maxItems", 2}}},
                              {"template", "titles"}};
    return {
        {"version", 1},
        {"name", "tiny"},
        {"seed", 5},
        {"scratch",
         {{"vocabularySize", 320}, {"hiddenSize", 16}, {"intermediateSize", 24}, {"layers", 2}, {"heads", 2}}},
        {"device", "cpu"},
        {"split", {{"trainShare", 0.9}, {"testUsers", 0.1}, {"validationUsers", 0.2}, {"minHistory", 3}}},
        {"optimization", {{"learningRate", 0.01}, {"warmupSteps", 2}, {"promptsPerStep", 6}, {"tokensPerPass", 400}}},
        {"stages",
         {{{"steps", steps},
           {"data", {data}},
           {"recipes", {{{"weight", 1}, {"arm", arm}}}},
           {"answerLoss", "all"},
           {"textLoss", 0.5}}}},
        {"validateEvery", 2},
        {"validationSamples", 8},
        {"patience", 0},
        {"saveEvery", 2},
        {"output", "out"}};
}
