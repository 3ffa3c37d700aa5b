// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/runmanifest.h"

#include "core/base/contenthash.h"
#include "core/simulate/shifttable.h"

#include <filesystem>
#include <map>
#include <set>

namespace driftscope::simulate {

namespace {

using nlohmann::json;

constexpr std::size_t shownDigits = 8;

json fileList(const std::vector<data::SourceFile>& files)
{
    json list = json::array();
    for (const auto& file : files)
        list.push_back({{"path", file.path}, {"hash", file.hash}});
    return list;
}

/// The planted shifts of the users that are asked about; none for other data.
ShiftTable shiftsOf(const PreparedExperiment& prepared)
{
    const auto* truth = prepared.history.dataset().truth();
    if (truth == nullptr)
        return {};
    std::set<std::uint32_t> users;
    for (const Query& query : prepared.queries)
        users.insert(query.moment.user);
    return ShiftTable::ofTruth(*truth).ofUsers(users);
}

json templateTexts(const PreparedExperiment& prepared)
{
    json texts = json::object();
    for (const auto& arm : prepared.arms)
        if (arm.arm().isModel())
            texts[arm.arm().wording] = arm.wording().source;
    return texts;
}

/// "cpu" of "cpu, 2 threads", "cuda" of "cuda: NVIDIA H200".
std::string deviceKind(const std::string& device)
{
    return device.substr(0, device.find_first_of(",:"));
}

/// Names of the files of a part whose content differs; files are known by name, since folders may have moved.
std::string changedFiles(const json& recorded, const json& now, const std::string& part)
{
    const auto hashes = [&part](const json& manifest) {
        std::map<std::string, std::string> byName;
        for (const auto& file : manifest.value(part, json::object()).value("files", json::array()))
            byName[std::filesystem::path(file.value("path", "")).filename().string()] = file.value("hash", "");
        return byName;
    };
    auto before = hashes(recorded);
    const auto after = hashes(now);
    std::string changed;
    const auto add = [&changed](const std::string& name) { changed += (changed.empty() ? "" : ", ") + name; };
    for (const auto& [name, hash] : after) {
        const auto same = before.find(name);
        if (same == before.end() || same->second != hash)
            add(name);
        if (same != before.end())
            before.erase(same);
    }
    for (const auto& [name, hash] : before)
        add(name);
    return changed;
}

/// The first digits of a part's hash; of several files, those of all their hashes.
std::string shortHash(const json& manifest, const std::string& part)
{
    std::string all;
    std::size_t count = 0;
    for (const auto& file : manifest.value(part, json::object()).value("files", json::array())) {
        all += file.value("hash", "");
        ++count;
    }
    return (count > 1 ? contentHash(all) : all).substr(0, shownDigits);
}

tl::unexpected<Error> differs(const std::string& what)
{
    return fail(ErrorCode::Inconsistent,
                "The run cannot go on: " + what + "; restore it, or start a new run without --resume.");
}

} // namespace

json runManifest(const PreparedExperiment& prepared, const RunSources& sources)
{
    const auto& experiment = prepared.experiment;
    const auto& dataset = prepared.history.dataset();
    return {{"manifestVersion", 1},
            {"shifts", shiftsOf(prepared).toJson()},
            {"experiment", experiment.toJson()},
            {"experimentHash", experiment.hash()},
            {"seed", experiment.seed},
            {"program", sources.programVersion},
            {"libtorch", sources.libtorchVersion},
            {"device", sources.device},
            {"deviceKind", deviceKind(sources.device)},
            {"precision", experiment.checkpoint.precision},
            {"batchTokens", sources.batchTokens},
            {"contextTokens", sources.contextTokens},
            {"dataset",
             {{"path", resolvePath(experiment.dataset.path, experiment.baseFolder).string()},
              {"format", dataset.format()},
              {"users", dataset.userCount()},
              {"items", dataset.itemCount()},
              {"interactions", dataset.size()},
              {"files", fileList(dataset.files())}}},
            {"checkpoint",
             {{"path", resolvePath(experiment.checkpoint.path, experiment.baseFolder).string()},
              {"files", fileList(sources.checkpointFiles)}}},
            {"templates", templateTexts(prepared)},
            {"baseFolder", experiment.baseFolder.string()}};
}

Result<> checkSameSources(const json& recorded, const json& now)
{
    if (!recorded.is_object())
        return fail(ErrorCode::Inconsistent,
                    "The run cannot go on: its manifest cannot be read; start a new run without --resume.");
    if (const auto changed = changedFiles(recorded, now, "dataset"); !changed.empty())
        return differs("the dataset is not the same (" + changed + ")");
    if (const auto changed = changedFiles(recorded, now, "checkpoint"); !changed.empty())
        return differs("the checkpoint is not the same (" + changed + ")");
    if (recorded.value("templates", json()) != now.value("templates", json()))
        return differs("a prompt template has another text");
    if (recorded.value("contextTokens", json()) != now.value("contextTokens", json()))
        return differs("the checkpoint's context is not the same");
    if (recorded.value("deviceKind", "") != now.value("deviceKind", ""))
        return differs("it was computed on '" + recorded.value("deviceKind", "") + "', this is '"
                       + now.value("deviceKind", "") + "'");
    return {};
}

std::string sourceText(const json& manifest)
{
    if (!manifest.is_object())
        return {};
    std::string text = "experiment " + manifest.value("experimentHash", "").substr(0, shownDigits);
    for (const char* part : {"dataset", "checkpoint"})
        if (const auto hash = shortHash(manifest, part); !hash.empty())
            text += std::string(", ") + part + " " + hash;
    return text;
}

std::int64_t recordedBatchTokens(const json& manifest)
{
    if (!manifest.is_object() || !manifest.contains("batchTokens") || !manifest["batchTokens"].is_number_integer())
        return 0;
    return manifest["batchTokens"].get<std::int64_t>();
}

} // namespace driftscope::simulate
