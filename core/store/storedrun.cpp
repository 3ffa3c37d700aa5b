// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/storedrun.h"

#include "core/simulate/experimentsources.h"

#include <algorithm>
#include <charconv>

namespace driftscope::store {

namespace {

Result<Run> findRun(RunStore& runs, const std::filesystem::path& file, const std::string& name)
{
    if (name == "last") {
        DRIFTSCOPE_TRY(auto all, runs.runs());
        if (all.empty())
            return fail(ErrorCode::UnknownName, file.string() + " holds no run; run an experiment first.");
        return std::move(all.front());
    }
    RunId id = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (problem != std::errc() || end != name.data() + name.size())
        return fail(ErrorCode::UnknownName, "'" + name + "' is no run; give its number (see runs) or 'last'.");
    return runs.run(id);
}

Result<simulate::Experiment> experimentOf(const Run& run)
{
    const std::string where = "manifest of run " + std::to_string(run.id);
    if (!run.manifest.is_object() || !run.manifest.contains("experiment"))
        return fail(ErrorCode::Inconsistent, "The " + where + " holds no experiment; run it again.");
    DRIFTSCOPE_TRY(auto experiment, simulate::Experiment::parse(run.manifest["experiment"].dump(), where));
    const auto folder = run.manifest.find("baseFolder");
    if (folder != run.manifest.end() && folder->is_string())
        experiment.baseFolder = folder->get<std::string>();
    return experiment;
}

} // namespace

bool isDatasetOf(const data::Dataset& dataset, const nlohmann::json& manifest)
{
    using nlohmann::json;
    const json files = manifest.value("dataset", json::object()).value("files", json::array());
    return std::ranges::equal(files, dataset.files(), [](const json& recorded, const data::SourceFile& file) {
        return recorded.is_object() && recorded.value("hash", "") == file.hash;
    });
}

Result<StoredRun> openRun(const std::filesystem::path& store, const std::string& name)
{
    DRIFTSCOPE_TRY(const auto runs, RunStore::open(store, RunStore::Access::ReadOnly));
    StoredRun stored;
    DRIFTSCOPE_TRY(stored.run, findRun(*runs, store, name));
    DRIFTSCOPE_TRY(stored.experiment, experimentOf(stored.run));
    DRIFTSCOPE_TRY(stored.records, runs->records(stored.run.id));
    DRIFTSCOPE_TRY(stored.shifts, simulate::ShiftTable::ofManifest(stored.run.manifest));
    const auto arms = stored.experiment.arms.size();
    if (std::ranges::any_of(stored.records, [arms](const auto& record) { return record.arm >= arms; }))
        return fail(ErrorCode::Inconsistent,
                    "Run " + std::to_string(stored.run.id)
                        + " has answers of an arm that its experiment does not have.");
    return stored;
}

Result<std::shared_ptr<const data::Dataset>> datasetOf(const StoredRun& run, const JobContext& context)
{
    DRIFTSCOPE_TRY(auto dataset, simulate::openDatasetOf(run.experiment, context));
    if (!isDatasetOf(*dataset, run.run.manifest))
        return fail(ErrorCode::Inconsistent, "The dataset has changed since the run.");
    return dataset;
}

Result<simulate::ShiftTable> shiftsOf(const StoredRun& run, bool areDetected, const JobContext& context)
{
    if (!areDetected && !run.shifts.isEmpty())
        return run.shifts;
    DRIFTSCOPE_TRY(const auto dataset, datasetOf(run, context));
    if (areDetected) {
        DRIFTSCOPE_TRY(const auto history, simulate::openHistory(run.experiment, dataset));
        return simulate::ShiftTable::detected(history, run.experiment.seed, context);
    }
    if (dataset->truth() == nullptr)
        return fail(ErrorCode::NoEligibleQuery,
                    "Nobody knows when tastes shifted in the data of run " + std::to_string(run.run.id)
                        + ", since there is no truth.json beside them; --shifts detected looks for shifts.");
    return simulate::ShiftTable::ofTruth(*dataset->truth());
}

} // namespace driftscope::store
