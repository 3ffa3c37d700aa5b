// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/data/dataset.h"
#include "core/inference/fakescorer.h"
#include "core/simulate/preparedexperiment.h"
#include "core/simulate/recordsink.h"
#include "core/simulate/trialtokenizer.h"

#include <QtGlobal>

#include <memory>
#include <string>
#include <vector>

/// Seeded random datasets and experiments for the tests of the simulate folder.
namespace driftscope::test {

/// Ratings 1 to 5 at random; with `ties`, about a third of a user's rows share their second with another one.
inline std::shared_ptr<const data::Dataset> randomDataset(std::uint64_t seed, std::size_t users = 12,
                                                          std::size_t items = 60, bool ties = true)
{
    RandomStream stream(seed, "dataset");
    data::DatasetParts parts;
    parts.format = "test";
    for (std::size_t item = 0; item < items; ++item)
        parts.catalog.setTitle(parts.catalog.intern("i" + std::to_string(item)), "Title " + std::to_string(item));
    std::uint32_t row = 0;
    for (std::size_t user = 0; user < users; ++user) {
        parts.userIds.push_back("u" + std::to_string(user));
        std::vector<data::ItemIndex> order(items);
        for (std::size_t item = 0; item < items; ++item)
            order[item] = static_cast<data::ItemIndex>(item);
        stream.shuffle(order);
        std::int64_t time = 1'000'000 + static_cast<std::int64_t>(stream.index(1000));
        const std::size_t events = 8 + stream.index(items / 2);
        for (std::size_t event = 0; event < events; ++event) {
            if (!ties || stream.index(3) != 0)
                time += 1 + static_cast<std::int64_t>(stream.index(5000));
            parts.interactions.push_back({.user = static_cast<data::UserIndex>(user),
                                          .item = order[event],
                                          .rating = static_cast<float>(1 + stream.index(5)),
                                          .time = fromUnix(time),
                                          .sourceRow = ++row});
        }
    }
    auto dataset = data::Dataset::build(std::move(parts));
    if (!dataset)
        qFatal("%s", dataset.error().message.c_str());
    return *dataset;
}

inline simulate::Arm randomArm(const std::string& name, const std::string& selector, std::int64_t k)
{
    simulate::Arm arm;
    arm.name = name;
    arm.selector = selector;
    if (k > 0)
        arm.selectorParameters["k"] = k;
    arm.history.maxItems = 5;
    arm.wording = "items";
    return arm;
}

inline simulate::Experiment smallExperiment(std::uint64_t seed = 1)
{
    simulate::Experiment experiment;
    experiment.name = "test";
    experiment.seed = seed;
    experiment.dataset.path = "data";
    experiment.checkpoint.path = "model";
    experiment.replay.queriesPerUser = 4;
    experiment.replay.minHistory = 3;
    experiment.candidates.count = 8;
    experiment.metrics.resamples = 50;
    experiment.arms = {randomArm("none", "none", 0), randomArm("recent", "recent", 3)};
    return experiment;
}

inline simulate::PreparedExperiment prepare(simulate::Experiment experiment,
                                            std::shared_ptr<const data::Dataset> dataset,
                                            std::int64_t contextTokens = 4096)
{
    auto prepared = simulate::PreparedExperiment::prepare(std::move(experiment), std::move(dataset),
                                                          std::make_shared<simulate::TrialTokenizer>(), contextTokens);
    if (!prepared)
        qFatal("%s", prepared.error().message.c_str());
    return std::move(*prepared);
}

/// Keeps everything in memory; can fail at a batch.
class MemorySink : public simulate::RecordSink
{
public:
    Result<> accept(std::span<const simulate::QueryRecord> records) override
    {
        if (failAt == batches.size())
            return fail(ErrorCode::DiskFull, "The disk is full.");
        batches.emplace_back(records.begin(), records.end());
        if (afterBatch)
            afterBatch();
        return {};
    }

    std::vector<simulate::QueryRecord> all() const
    {
        std::vector<simulate::QueryRecord> records;
        for (const auto& batch : batches)
            records.insert(records.end(), batch.begin(), batch.end());
        return records;
    }

    std::vector<std::vector<simulate::QueryRecord>> batches;
    std::size_t failAt = SIZE_MAX;
    std::function<void()> afterBatch;
};

} // namespace driftscope::test
