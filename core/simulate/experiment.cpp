// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/experiment.h"

#include "core/base/contenthash.h"
#include "core/base/datafolder.h"
#include "core/base/simtime.h"
#include "core/base/textfile.h"
#include "core/simulate/experimentfields_p.h"

#include <algorithm>
#include <system_error>

namespace driftscope::simulate {

namespace {

using nlohmann::json;

constexpr std::uintmax_t largestFile = 16U << 20U; // an experiment is a page or two; more is another kind of file

void checkVersion(JsonField& root)
{
    const std::int64_t version = root.integer("version", JsonRange {1, 1e9});
    if (auto self = root.optionalField("version"); self && version > Experiment::formatVersion)
        self->reject(ErrorCode::UnsupportedVersion,
                     "the file has version " + std::to_string(version) + ", this program reads version "
                         + std::to_string(Experiment::formatVersion) + "; use a newer program.");
}

std::vector<Arm> readArms(JsonField& root, const std::filesystem::path& base)
{
    std::vector<Arm> arms;
    std::set<std::string> names;
    for (auto& element : root.array("arms")) {
        Arm arm = readArm(element, base);
        if (!names.insert(arm.name).second)
            element.reject(ErrorCode::BadValue, "the name '" + arm.name + "' is taken by an earlier arm.");
        arms.push_back(std::move(arm));
    }
    if (auto self = root.optionalField("arms"); self && arms.empty())
        self->reject(ErrorCode::BadValue, "there must be at least one arm.");
    return arms;
}

/// Reports from > to.
void checkPeriod(JsonField& root, const Experiment::ReplayPart& replay)
{
    if (replay.from.empty() || replay.to.empty())
        return;
    const auto from = parseTime(replay.from);
    const auto to = parseTime(replay.to);
    auto self = root.optionalField("replay");
    if (from && to && *from > *to && self)
        self->reject(ErrorCode::BadValue, "from (" + replay.from + ") must not be later than to (" + replay.to + ").");
}

/// Reports a window around a shift that ends before it begins. @param part  of the file, @param key  the window in it.
void checkShiftWindow(JsonField& root, const char* part, const char* key, const Experiment::ShiftWindow& window)
{
    if (window.from <= window.to)
        return;
    auto parent = root.optionalObject(part);
    auto self = parent ? parent->optionalField(key) : std::nullopt;
    if (self)
        self->reject(ErrorCode::BadValue,
                     "from (" + std::to_string(window.from) + ") must not be greater than to ("
                         + std::to_string(window.to) + ").");
}

/// Reports an arm's adapter that the experiment does not have.
void checkAdapters(JsonField& root, const Experiment& experiment)
{
    const auto& known = experiment.checkpoint.adapters;
    std::vector<JsonField> elements = root.array("arms");
    for (std::size_t i = 0; i < std::min(elements.size(), experiment.arms.size()); ++i) {
        const auto& names = experiment.arms[i].adapters;
        if (names == std::vector<std::string> {Arm::allAdapters})
            continue;
        for (const std::string& name : names) {
            auto self = elements[i].optionalField("adapters");
            if (self && std::find(known.begin(), known.end(), name) == known.end())
                self->reject(ErrorCode::UnknownName,
                             "'" + name
                                 + "' does not stand in checkpoint.adapters; write 'all', or names as they are there.");
        }
    }
}

/// Takes the field at "part.name" or "part.group.name" out, with the group when it is the last one in it.
void eraseField(json& document, const std::string& path)
{
    const auto dot = path.find('.');
    if (dot == std::string::npos) {
        document.erase(path);
        return;
    }
    json& group = document[path.substr(0, dot)];
    eraseField(group, path.substr(dot + 1));
    if (group.empty())
        document.erase(path.substr(0, dot));
}

/// Takes the fields out that do not count for the hash.
template<typename Owner>
void eraseUnhashed(json& document, const std::vector<BoundField<Owner>>& table, const Owner& owner)
{
    for (const auto& field : table) {
        const auto& description = field.description;
        if (!description.isHashed || (description.isLater && field.write(owner) == description.fallback))
            eraseField(document, description.path);
    }
}

} // namespace

Arm readArm(JsonField& object, const std::filesystem::path& base)
{
    Arm arm;
    readFields<Arm>(object, "", armFieldTable(base), arm);
    return arm;
}

json writeArm(const Arm& arm)
{
    const auto table = armFieldTable();
    return writeFields<Arm>(table, arm);
}

Result<Experiment> Experiment::parse(std::string_view text, const std::filesystem::path& origin)
{
    DRIFTSCOPE_TRY(const json document, parseJson(text, origin.string(), {.rejectDuplicateKeys = true}));
    JsonField root(document, origin.string());
    Experiment experiment;
    experiment.baseFolder = origin.parent_path();
    checkVersion(root);
    DRIFTSCOPE_CHECK(root.status());
    experiment.arms = readArms(root, experiment.baseFolder);
    const auto table = experimentFieldTable();
    readFields<Experiment>(root, "", table, experiment);
    checkPeriod(root, experiment.replay);
    checkShiftWindow(root, "replay", "aroundShift", experiment.replay.aroundShift);
    checkShiftWindow(root, "replay", "alwaysAroundShift", experiment.replay.alwaysAroundShift);
    checkShiftWindow(root, "metrics", "aroundShift", experiment.metrics.aroundShift);
    checkAdapters(root, experiment);
    if (experiment.needsModel())
        static_cast<void>(root.object("checkpoint"));
    DRIFTSCOPE_CHECK(root.status());
    return experiment;
}

Result<Experiment> Experiment::load(const std::filesystem::path& path)
{
    DRIFTSCOPE_TRY(const std::string text, readFile(path, largestFile));
    return parse(text, path);
}

std::optional<std::vector<std::string>> Experiment::adaptersOf(const Arm& arm) const
{
    if (checkpoint.adapters.empty() || !arm.checkpoint.empty())
        return std::nullopt;
    return arm.adapters == std::vector<std::string> {Arm::allAdapters} ? checkpoint.adapters : arm.adapters;
}

std::vector<std::string> Experiment::otherCheckpoints() const
{
    std::vector<std::string> paths;
    for (const Arm& arm : arms)
        if (arm.isModel() && !arm.checkpoint.empty() && std::ranges::find(paths, arm.checkpoint) == paths.end())
            paths.push_back(arm.checkpoint);
    return paths;
}

bool Experiment::needsModel() const
{
    return std::any_of(arms.begin(), arms.end(), [](const Arm& arm) { return arm.isModel(); });
}

json Experiment::toJson() const
{
    const auto table = experimentFieldTable();
    json document = writeFields<Experiment>(table, *this);
    document["version"] = formatVersion;
    document["arms"] = json::array();
    for (const auto& arm : arms)
        document["arms"].push_back(writeArm(arm));
    return document;
}

std::string Experiment::hash() const
{
    json document = toJson();
    eraseUnhashed(document, experimentFieldTable(), *this);
    const auto armTable = armFieldTable();
    for (std::size_t arm = 0; arm < arms.size(); ++arm)
        eraseUnhashed(document["arms"][arm], armTable, arms[arm]);
    // nlohmann::json keeps keys sorted, so the dump is canonical.
    return contentHash(document.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::filesystem::path resolvePath(const std::string& path, const std::filesystem::path& baseFolder)
{
    const std::filesystem::path given(path);
    if (given.is_absolute())
        return given.lexically_normal();
    std::error_code ignored;
    const auto besideExperiment = (baseFolder / given).lexically_normal();
    if (std::filesystem::exists(besideExperiment, ignored))
        return besideExperiment;
    return (dataFolder() / given).lexically_normal();
}

} // namespace driftscope::simulate
