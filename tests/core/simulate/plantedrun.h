// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/drifttruth.h"
#include "core/data/planteddrift.h"
#include "core/simulate/shifttable.h"
#include "core/simulate/simulator.h"

#include "tests/core/simulate/randomdata.h"

/// A small run on planted data without a model: oracle, stale oracle and random over the whole lives of users.
namespace driftscope::test {

struct PlantedRun {
    simulate::Experiment experiment;
    std::vector<simulate::Query> queries;
    std::vector<simulate::QueryRecord> records;
    simulate::ShiftTable shifts;
};

inline std::shared_ptr<const data::Dataset> plantedData()
{
    data::PlantedDriftPlan plan;
    plan.users = 50;
    plan.items = 240;
    plan.genres = 8;
    plan.eventsPerUser = 60;
    plan.labelNoise = 0;
    plan.seed = 3;
    auto planted = data::generatePlantedDrift(plan);
    if (!planted)
        qFatal("%s", planted.error().message.c_str());
    return planted->dataset;
}

inline simulate::Experiment plantedExperiment()
{
    simulate::Experiment experiment = smallExperiment();
    experiment.replay.queriesPerUser = 0;
    experiment.replay.pointwise = false;
    experiment.metrics.ids = {"ndcg@10", "hr@1"};
    experiment.metrics.minimumPerPoint = 5;
    experiment.arms.clear();
    for (const char* const id : {"oracle", "stale-oracle", "random"}) {
        simulate::Arm arm;
        arm.name = id;
        arm.scorer = id;
        arm.selector = "none";
        experiment.arms.push_back(arm);
    }
    return experiment;
}

inline PlantedRun plantedRun(const simulate::Experiment& experiment = plantedExperiment())
{
    const auto dataset = plantedData();
    const auto prepared = prepare(experiment, dataset);
    MemorySink sink;
    inference::FakeScorer scorer(1, 4096);
    const auto outcome = simulate::simulate(prepared, scorer, sink, {}, {});
    if (!outcome)
        qFatal("%s", outcome.error().message.c_str());
    return {experiment, prepared.queries, sink.all(), simulate::ShiftTable::ofTruth(*dataset->truth())};
}

} // namespace driftscope::test
