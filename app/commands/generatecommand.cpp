// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/generatecommand.h"

#include <filesystem>
#include <iostream>
#include <map>

namespace driftscope::app {

namespace {

using nlohmann::json;

json countShifts(const data::DriftTruth& truth)
{
    std::map<std::string, std::size_t> counts {{"abrupt", 0}, {"gradual", 0}, {"recurring", 0}, {"swaps", 0}};
    for (const auto& user : truth.users)
        for (const auto& shift : user.shifts) {
            ++counts[std::string(data::shiftName(shift.kind))];
            counts["swaps"] += shift.isSwap ? 1 : 0;
        }
    return counts;
}

json listFiles(const std::filesystem::path& folder)
{
    json files = json::array();
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
        files.push_back({{"path", entry.path().string()}, {"bytes", entry.file_size(ignored)}});
    return files;
}

void printReport(const json& report)
{
    const auto& shifts = report["shifts"];
    std::cout << report["folder"].get<std::string>() << ": " << report["users"] << " users, " << report["items"]
              << " items, " << report["interactions"] << " interactions; shifts: " << shifts["abrupt"] << " abrupt ("
              << shifts["swaps"] << " swap liked and disliked), " << shifts["gradual"] << " gradual, "
              << shifts["recurring"] << " recurring.\n"
              << "Read it with: driftscope-cli dataset " << report["folder"].get<std::string>() << "\n"
              << std::flush;
}

} // namespace

Result<> runGenerate(const GenerateOptions& options, const JobContext& context)
{
    data::PlantedDriftPlan plan = options.plan;
    DRIFTSCOPE_TRY(plan.lives, data::PlantedDriftPlan::parseLives(options.shifts));
    DRIFTSCOPE_TRY(const auto planted, data::generatePlantedDrift(plan, context));
    DRIFTSCOPE_CHECK(data::writePlantedDrift(planted, options.folder));
    const json report {{"folder", options.folder},
                       {"users", planted.dataset->userCount()},
                       {"items", planted.dataset->itemCount()},
                       {"interactions", planted.dataset->size()},
                       {"shifts", countShifts(*planted.dataset->truth())},
                       {"files", listFiles(options.folder)}};
    if (options.isJson)
        printJson(report);
    else
        printReport(report);
    return {};
}

CLI::App* addGenerateCommand(CLI::App& dataset, GenerateOptions& options)
{
    CLI::App* const command = dataset.add_subcommand("generate", "Make a dataset whose taste shifts are known");
    command->footer("Example:\n  driftscope-cli dataset generate planted --users 500 --items 1000 --genres 20 --shifts "
                    "mixed --seed 1");
    data::PlantedDriftPlan& plan = options.plan;
    const auto add = [command](const char* name, auto& value, const char* help) {
        command->add_option(name, value, help)->capture_default_str();
    };
    command->add_option("out", options.folder, "Folder to write; it gives the dataset its name")->required();
    add("--users", plan.users, "Number of users");
    add("--items", plan.items, "Number of items");
    add("--genres", plan.genres, "Number of genres");
    add("--shifts", options.shifts,
        "mixed, or some of abrupt, gradual, recurring, swap, none, with commas between them");
    add("--seed", plan.seed, "The same seed gives the same files");
    add("--genres-per-taste", plan.genresPerTaste, "Genres that a user likes; as many others are met and disliked");
    add("--events-per-user", plan.eventsPerUser, "On average; each user has 60 to 140 % of it");
    add("--shifts-per-user", plan.shiftsPerUser, "Shifts of each user's taste");
    add("--gradual-events", plan.gradualEvents, "Events that a gradual shift takes");
    add("--swap-share", plan.swapShare, "Share of abrupt shifts that swap liked and disliked genres");
    add("--label-noise", plan.labelNoise, "Share of labels that are the opposite of the taste");
    add("--liked-share", plan.likedShare, "Share of events that show a liked genre");
    add("--popularity-skew", plan.popularitySkew, "Exponent of Zipf's law over the items");
    add("--new-item-share", plan.newItemShare, "Share of items that are released as time goes by");
    add("--new-user-share", plan.newUserShare, "Share of users that come as time goes by");
    add("--days", plan.days, "Length of the whole");
    command->add_flag("--json", options.isJson, "Print JSON");
    return command;
}

} // namespace driftscope::app
