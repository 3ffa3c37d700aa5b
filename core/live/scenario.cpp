// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/live/scenario.h"

#include "core/base/jsonfield.h"
#include "core/base/textfile.h"
#include "core/live/builtinscenarios_p.h"

#include <array>

namespace driftscope::live {

namespace {

constexpr std::uintmax_t maxScenarioBytes = 1U << 20U;
constexpr double mostItems = 100;
constexpr double mostEvents = 1e9;

/// "i9", ["i9", "i11"] or {"words": "Space", "count": 2}.
ItemChoice readItems(JsonField& field)
{
    ItemChoice choice;
    choice.place = field.where();
    if (field.value().is_string()) {
        choice.ids.push_back(field.asText());
    } else if (field.value().is_array()) {
        for (const auto& element : field.value()) {
            if (!element.is_string())
                field.reject(ErrorCode::WrongType, "the list must hold item ids, which are texts.");
            else
                choice.ids.push_back(element.get<std::string>());
        }
        if (choice.ids.empty())
            field.reject(ErrorCode::BadValue, "the list names no item; name one, or leave the action out.");
    } else if (field.value().is_object()) {
        choice.words = field.text("words");
        choice.count = static_cast<std::size_t>(field.integer("count", 1, {1, mostItems}));
        field.rejectUnknownFields();
    } else {
        field.reject(ErrorCode::WrongType,
                     "name items by an id, a list of ids, or an object with 'words' and 'count'.");
    }
    return choice;
}

struct NamedAction {
    std::string_view name;
    ScenarioAction::Kind kind;
};

constexpr std::array namedActions {
    NamedAction {"like", ScenarioAction::Kind::Like}, NamedAction {"dislike", ScenarioAction::Kind::Dislike},
    NamedAction {"forget", ScenarioAction::Kind::Forget}, NamedAction {"order", ScenarioAction::Kind::Order}};

DemonstrationOrder readOrder(JsonField& field)
{
    const std::string text = field.asText();
    if (text != "as-chosen" && text != "reversed")
        field.reject(ErrorCode::BadValue, "the order is 'as-chosen' or 'reversed', not '" + text + "'.");
    return text == "reversed" ? DemonstrationOrder::Reversed : DemonstrationOrder::AsChosen;
}

/// {"like": items}, {"dislike": items}, {"forget": items or "all"}, {"order": "reversed"}.
ScenarioAction readAction(JsonField& object)
{
    ScenarioAction action;
    int found = 0;
    for (const auto& [name, kind] : namedActions) {
        auto field = object.optionalField(name);
        if (!field)
            continue;
        ++found;
        action.kind = kind;
        if (kind == ScenarioAction::Kind::Order)
            action.order = readOrder(*field);
        else if (kind == ScenarioAction::Kind::Forget && field->value() == "all")
            action.kind = ScenarioAction::Kind::ForgetAll;
        else
            action.items = readItems(*field);
    }
    object.rejectUnknownFields();
    if (found != 1)
        object.reject(ErrorCode::BadValue, "an action is one of like, dislike, forget and order.");
    return action;
}

PromisedEffect readEffect(JsonField& object)
{
    PromisedEffect promised;
    promised.kind = object.text("kind");
    const std::string name = object.text("does");
    if (const auto effect = effectNamed(name))
        promised.effect = *effect;
    else if (auto field = object.optionalField("does"))
        field->reject(ErrorCode::UnknownName,
                      "there is no effect '" + name + "'; known are rises, falls, leads and trails.");
    object.rejectUnknownFields();
    return promised;
}

ScenarioStep readStep(JsonField& object, bool isFirst)
{
    ScenarioStep step;
    step.title = object.text("title");
    step.say = object.text("say");
    step.look = object.text("look", "");
    step.showsPrompt = object.boolean("showsPrompt", false);
    for (auto& action : object.array("do", false))
        step.actions.push_back(readAction(action));
    for (auto& effect : object.array("effects", false)) {
        step.effects.push_back(readEffect(effect));
        const Effect what = step.effects.back().effect;
        if (isFirst && (what == Effect::Rises || what == Effect::Falls))
            effect.reject(ErrorCode::BadValue, "at the first step nothing was before; promise leads or trails.");
    }
    object.rejectUnknownFields();
    return step;
}

void readSources(JsonField& file, Scenario& scenario)
{
    const auto version = file.integer("version");
    if (auto field = file.optionalField("version"); field && version != Scenario::formatVersion)
        field->reject(ErrorCode::UnsupportedVersion,
                      "this program reads scenario version " + std::to_string(Scenario::formatVersion) + ", not "
                          + std::to_string(version) + "; update the program or the file.");
    scenario.id = file.text("id");
    scenario.title = file.text("title");
    scenario.help = file.text("help", "");
    scenario.dataset = file.text("dataset");
    scenario.label = file.text("label", "");
    scenario.checkpoint = file.text("checkpoint");
    JsonField arm = file.object("arm");
    scenario.arm = simulate::readArm(arm, scenario.baseFolder);
    if (auto start = file.optionalObject("start")) {
        scenario.startUser = start->text("user");
        scenario.startEvents = static_cast<std::size_t>(start->integer("events", {0, mostEvents}));
        start->rejectUnknownFields();
    }
}

} // namespace

Result<Scenario> Scenario::parse(std::string_view json, const std::filesystem::path& origin)
{
    DRIFTSCOPE_TRY(const auto document,
                   parseJson(json, origin.string(), {.maxDepth = 12, .rejectDuplicateKeys = true}));
    JsonField file(document, origin.string());
    Scenario scenario;
    scenario.baseFolder = origin.parent_path();
    readSources(file, scenario);
    for (auto& choice : file.array("candidates"))
        scenario.candidates.push_back(readItems(choice));
    for (auto& step : file.array("steps"))
        scenario.steps.push_back(readStep(step, scenario.steps.empty()));
    file.rejectUnknownFields();
    for (const char* list : {"candidates", "steps"})
        if (auto field = file.optionalField(list); field && field->value().is_array() && field->value().empty())
            field->reject(ErrorCode::BadValue, "the list is empty; a scenario needs one entry at least.");
    DRIFTSCOPE_CHECK(file.status());
    return scenario;
}

Result<Scenario> Scenario::load(const std::filesystem::path& path)
{
    DRIFTSCOPE_TRY(const auto text, readFile(path, maxScenarioBytes));
    return parse(text, path);
}

std::vector<Scenario> builtInScenarios(const std::filesystem::path& baseFolder)
{
    std::vector<Scenario> scenarios;
    for (const auto& [id, json] : builtInScenarioFiles())
        if (auto scenario = Scenario::parse(json, baseFolder / (std::string(id) + ".json")))
            scenarios.push_back(std::move(*scenario));
    return scenarios;
}

} // namespace driftscope::live
