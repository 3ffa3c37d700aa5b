// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsonfield.h"
#include "core/data/planteddrift.h"
#include "core/data/readerregistry.h"
#include "core/simulate/preparedexperiment.h"
#include "core/tuning/datasource_p.h"

namespace driftscope::tuning {

namespace {

Result<data::PlantedDriftPlan> readPlanted(const nlohmann::json& described)
{
    const std::string origin = "the plan's planted dataset";
    JsonField field(described, origin);
    data::PlantedDriftPlan plan;
    plan.users = field.integer("users", plan.users);
    plan.items = field.integer("items", plan.items);
    plan.genres = field.integer("genres", plan.genres);
    plan.genresPerTaste = field.integer("genresPerTaste", plan.genresPerTaste);
    plan.eventsPerUser = field.integer("eventsPerUser", plan.eventsPerUser);
    plan.shiftsPerUser = field.integer("shiftsPerUser", plan.shiftsPerUser);
    plan.labelNoise = field.number("labelNoise", plan.labelNoise);
    plan.likedShare = field.number("likedShare", plan.likedShare);
    plan.popularitySkew = field.number("popularitySkew", plan.popularitySkew);
    plan.newItemShare = field.number("newItemShare", plan.newItemShare);
    plan.newUserShare = field.number("newUserShare", plan.newUserShare);
    plan.seed = static_cast<std::uint64_t>(field.integer("seed", 1, {0, 9007199254740991.0}));
    const std::string shifts = field.text("shifts", "mixed");
    field.rejectUnknownFields();
    DRIFTSCOPE_CHECK(field.status());
    DRIFTSCOPE_TRY(plan.lives, data::PlantedDriftPlan::parseLives(shifts));
    return plan;
}

Result<std::shared_ptr<const data::Dataset>> openDataset(const DataSource& source, const std::filesystem::path& base,
                                                         const JobContext& context)
{
    if (source.planted.is_null())
        return data::openDataset(simulate::resolvePath(source.path, base), {}, {}, context);
    DRIFTSCOPE_TRY(const auto plan, readPlanted(source.planted));
    DRIFTSCOPE_TRY(auto planted, data::generatePlantedDrift(plan, context));
    return std::move(planted.dataset);
}

} // namespace

Result<data::UserHistory> openSource(const DataSource& source, const std::filesystem::path& base,
                                     const JobContext& context)
{
    DRIFTSCOPE_TRY(auto dataset, openDataset(source, base, context));
    simulate::Experiment labels;
    labels.dataset.label = source.label;
    return simulate::openHistory(labels, std::move(dataset));
}

} // namespace driftscope::tuning
