// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/tuningplan.h"

#include "core/base/contenthash.h"
#include "core/base/jsonfield.h"
#include "core/base/textfile.h"
#include "core/simulate/experiment.h"

#include <algorithm>
#include <array>

namespace driftscope::tuning {

namespace {

constexpr JsonRange positive {1, 1e9};
constexpr JsonRange notNegative {0, 1e9};
constexpr JsonRange share {0, 1};
constexpr double largestSeed = 9007199254740991.0; // 2^53 - 1: what every JSON reader keeps exactly

std::string readChoice(JsonField& parent, std::string_view key, const std::string& fallback,
                       std::initializer_list<std::string_view> choices)
{
    std::string text = parent.text(key, fallback);
    if (std::ranges::find(choices, text) == choices.end()) {
        std::string known;
        for (const std::string_view choice : choices)
            known += (known.empty() ? "" : ", ") + std::string(choice);
        if (auto field = parent.optionalField(key))
            field->reject(ErrorCode::BadValue, "must be one of " + known + ", not '" + text + "'.");
    }
    return text;
}

DataSource readSource(JsonField& field)
{
    DataSource source;
    source.path = field.text("path", "");
    source.label = field.text("label", "");
    if (const auto planted = field.optionalObject("planted"))
        source.planted = planted->value();
    if (source.path.empty() == source.planted.is_null())
        field.reject(ErrorCode::BadValue, "names either a path or a planted dataset.");
    field.rejectUnknownFields();
    return source;
}

Recipe readRecipe(JsonField& field, const std::filesystem::path& base)
{
    Recipe recipe;
    recipe.weight = field.number("weight", recipe.weight, {0, 1e6});
    recipe.flippedShare = field.number("flippedShare", recipe.flippedShare, share);
    JsonField arm = field.object("arm");
    recipe.arm = simulate::readArm(arm, base);
    field.rejectUnknownFields();
    return recipe;
}

Stage readStage(JsonField& field, const std::filesystem::path& base)
{
    Stage stage;
    stage.steps = field.integer("steps", positive);
    for (JsonField& source : field.array("data"))
        stage.data.push_back(readSource(source));
    for (JsonField& recipe : field.array("recipes"))
        stage.recipes.push_back(readRecipe(recipe, base));
    if (stage.data.empty() || stage.recipes.empty())
        field.reject(ErrorCode::BadValue, "needs at least one dataset and one recipe.");
    if (std::ranges::none_of(stage.recipes, [](const Recipe& recipe) { return recipe.weight > 0; })
        && !stage.recipes.empty())
        field.reject(ErrorCode::BadValue, "needs a recipe with a weight above 0.");
    const std::string loss = readChoice(field, "answerLoss", "last", {"last", "all"});
    stage.answerLoss = loss == "all" ? AnswerLoss::All : AnswerLoss::Last;
    stage.textLoss = field.number("textLoss", stage.textLoss, {0, 100});
    field.rejectUnknownFields();
    return stage;
}

void readScratch(JsonField& field, ScratchModel& model)
{
    constexpr JsonRange size {1, 65'536};
    model.vocabularySize = field.integer("vocabularySize", model.vocabularySize, {258, 1e6});
    model.hiddenSize = field.integer("hiddenSize", model.hiddenSize, size);
    model.intermediateSize = field.integer("intermediateSize", model.intermediateSize, size);
    model.layers = field.integer("layers", model.layers, {1, 512});
    model.heads = field.integer("heads", model.heads, {1, 1024});
    model.contextLength = field.integer("contextLength", model.contextLength, {16, 1e6});
    model.ropeTheta = field.number("ropeTheta", model.ropeTheta, {1, 1e9});
    if (model.hiddenSize % (2 * model.heads) != 0)
        field.reject(ErrorCode::BadValue, "hiddenSize must be an even multiple of heads.");
    field.rejectUnknownFields();
}

void readMethod(JsonField& field, TuningMethod& method)
{
    method.isLora = readChoice(field, "kind", method.isLora ? "lora" : "full", {"lora", "full"}) == "lora";
    method.rank = field.integer("rank", method.rank, {1, 4096});
    method.alpha = field.number("alpha", method.alpha, {1e-6, 1e6});
    method.dropout = field.number("dropout", method.dropout, {0, 0.99});
    method.trainsEmbedding = field.boolean("trainsEmbedding", method.trainsEmbedding);
    if (field.has("targets")) {
        method.targets.clear();
        constexpr std::array<std::string_view, 7> known {"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                                         "gate_proj", "up_proj", "down_proj"};
        for (JsonField& target : field.array("targets")) {
            method.targets.push_back(target.asText());
            if (std::ranges::find(known, method.targets.back()) == known.end())
                target.reject(ErrorCode::UnknownName,
                              "there is no layer '" + method.targets.back()
                                  + "'; known are q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj and down_proj.");
        }
    }
    field.rejectUnknownFields();
}

void readOptimization(JsonField& field, Optimization& optimization)
{
    constexpr JsonRange rate {0, 10};
    optimization.learningRate = field.number("learningRate", optimization.learningRate, rate);
    optimization.finalLearningRate = field.number("finalLearningRate", optimization.finalLearningRate, rate);
    optimization.warmupSteps = field.integer("warmupSteps", optimization.warmupSteps, notNegative);
    optimization.weightDecay = field.number("weightDecay", optimization.weightDecay, rate);
    optimization.beta1 = field.number("beta1", optimization.beta1, {0, 0.999999});
    optimization.beta2 = field.number("beta2", optimization.beta2, {0, 0.999999});
    optimization.clipNorm = field.number("clipNorm", optimization.clipNorm, {0, 1e9});
    optimization.promptsPerStep = field.integer("promptsPerStep", optimization.promptsPerStep, positive);
    optimization.tokensPerPass = field.integer("tokensPerPass", optimization.tokensPerPass, positive);
    optimization.recomputesActivations = field.boolean("recomputesActivations", optimization.recomputesActivations);
    field.rejectUnknownFields();
}

void readSplit(JsonField& field, TuningSplit& split)
{
    split.trainShare = field.number("trainShare", split.trainShare, share);
    split.testUsers = field.number("testUsers", split.testUsers, share);
    split.validationUsers = field.number("validationUsers", split.validationUsers, share);
    split.minHistory = field.integer("minHistory", split.minHistory, notNegative);
    if (split.testUsers + split.validationUsers >= 1)
        field.reject(ErrorCode::BadValue, "testUsers and validationUsers leave no user to train on.");
    field.rejectUnknownFields();
}

void readPlan(JsonField& root, TuningPlan& plan)
{
    plan.name = root.text("name");
    plan.description = root.text("description", "");
    plan.seed = static_cast<std::uint64_t>(root.integer("seed", 1, {0, largestSeed}));
    plan.checkpoint = root.text("checkpoint", "");
    if (auto scratch = root.optionalObject("scratch")) {
        if (!plan.checkpoint.empty())
            scratch->reject(ErrorCode::BadValue, "a plan that names a checkpoint cannot also start from scratch.");
        readScratch(*scratch, plan.scratch);
        plan.method.isLora = false;
        plan.method.trainsEmbedding = true;
    } else if (plan.checkpoint.empty()) {
        root.reject(ErrorCode::MissingField, "name a checkpoint to tune, or describe a new model under 'scratch'.");
    }
    plan.device = readChoice(root, "device", plan.device, {"auto", "cpu", "cuda"});
    plan.precision = readChoice(root, "precision", plan.precision, {"fp32", "bf16"});
    if (auto method = root.optionalObject("method"))
        readMethod(*method, plan.method);
    if (plan.checkpoint.empty() && plan.method.isLora)
        root.reject(ErrorCode::BadValue, "a new model has nothing that LoRA could add to; take the method 'full'.");
    if (auto split = root.optionalObject("split"))
        readSplit(*split, plan.split);
    if (auto optimization = root.optionalObject("optimization"))
        readOptimization(*optimization, plan.optimization);
    for (JsonField& stage : root.array("stages"))
        plan.stages.push_back(readStage(stage, plan.baseFolder));
    if (plan.stages.empty())
        root.reject(ErrorCode::BadValue, "there must be at least one stage.");
    plan.validateEvery = root.integer("validateEvery", plan.validateEvery, positive);
    plan.validationSamples = root.integer("validationSamples", plan.validationSamples, {2, 1e6});
    plan.patience = root.integer("patience", plan.patience, notNegative);
    plan.saveEvery = root.integer("saveEvery", plan.saveEvery, positive);
    plan.output = root.text("output");
    plan.outputType = readChoice(root, "outputType", plan.outputType, {"fp32", "bf16"});
    root.rejectUnknownFields();
}

} // namespace

Result<TuningPlan> TuningPlan::parse(std::string_view text, const std::filesystem::path& origin)
{
    DRIFTSCOPE_TRY(const auto document, parseJson(text, origin.string(), {.rejectDuplicateKeys = true}));
    JsonField root(document, origin.string());
    TuningPlan plan;
    plan.baseFolder = origin.parent_path();
    const std::int64_t version = root.integer("version", JsonRange {1, 1e9});
    DRIFTSCOPE_CHECK(root.status());
    if (version > formatVersion)
        return fail(ErrorCode::UnsupportedVersion,
                    origin.string() + ": the plan has version " + std::to_string(version)
                        + ", this program reads version " + std::to_string(formatVersion) + "; use a newer program.");
    readPlan(root, plan);
    DRIFTSCOPE_CHECK(root.status());
    plan.hash = contentHash(document.dump());
    return plan;
}

Result<TuningPlan> TuningPlan::load(const std::filesystem::path& path)
{
    constexpr std::uintmax_t largestFile = 16U << 20U;
    DRIFTSCOPE_TRY(const std::string text, readFile(path, largestFile));
    return parse(text, path);
}

std::int64_t TuningPlan::totalSteps() const
{
    std::int64_t steps = 0;
    for (const Stage& stage : stages)
        steps += stage.steps;
    return steps;
}

const Stage& TuningPlan::stageOf(std::int64_t step) const
{
    for (const Stage& stage : stages) {
        if (step < stage.steps)
            return stage;
        step -= stage.steps;
    }
    return stages.back();
}

std::filesystem::path TuningPlan::outputFolder() const
{
    return baseFolder / output;
}

} // namespace driftscope::tuning
