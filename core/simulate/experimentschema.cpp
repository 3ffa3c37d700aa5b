// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/baselineregistry.h"
#include "core/demonstrations/selectorregistry.h"
#include "core/simulate/experiment.h"
#include "core/simulate/experimentfields_p.h"

namespace driftscope::simulate {

namespace {

using nlohmann::json;

constexpr double noMaximum = 1e15; // larger limits are "no limit" and are left out

void addRange(json& schema, double minimum, double maximum)
{
    const auto number = [&schema](double value) {
        return schema["type"] == "integer" ? json(static_cast<std::int64_t>(value)) : json(value);
    };
    schema["minimum"] = number(minimum);
    if (maximum < noMaximum || schema["type"] == "number")
        schema["maximum"] = number(maximum);
}

json parameterSchema(const Parameter& parameter)
{
    json schema {{"title", parameter.title}, {"description", parameter.help}};
    std::visit([&schema](const auto& value) { schema["default"] = value; }, parameter.fallback);
    if (std::holds_alternative<std::int64_t>(parameter.fallback))
        schema["type"] = "integer";
    else if (std::holds_alternative<double>(parameter.fallback))
        schema["type"] = "number";
    else
        schema["type"] = std::holds_alternative<bool>(parameter.fallback) ? "boolean" : "string";
    if (schema["type"] == "integer" || schema["type"] == "number")
        addRange(schema, parameter.minimum, parameter.maximum);
    if (!parameter.choices.empty())
        schema["enum"] = parameter.choices;
    return schema;
}

template<typename Interface>
json choiceSchema(const FieldDescription& field, std::span<const RegistryEntry<Interface>> entries)
{
    json schema {{"type", "object"}, {"description", field.help}, {"oneOf", json::array()}};
    for (const auto& entry : entries) {
        json properties {{"id", {{"const", entry.id}}}};
        for (const auto& parameter : entry.parameters)
            properties[parameter.id] = parameterSchema(parameter);
        schema["oneOf"].push_back({{"title", entry.title},
                                   {"description", entry.help},
                                   {"properties", std::move(properties)},
                                   {"required", {"id"}},
                                   {"additionalProperties", false}});
    }
    return schema;
}

json scorerSchema(const FieldDescription& field)
{
    json schema = choiceSchema(field, baselines::baselines());
    const json model {{"title", "Model"},
                      {"description", "Asks the checkpoint with a prompt."},
                      {"properties", {{"id", {{"const", Arm::modelScorer}}}}},
                      {"required", {"id"}},
                      {"additionalProperties", false}};
    schema["oneOf"].insert(schema["oneOf"].begin(), model);
    return schema;
}

json fieldSchema(const FieldDescription& field)
{
    if (field.type == FieldType::Selector)
        return choiceSchema(field, demonstrations::demonstrationSelectors());
    if (field.type == FieldType::Scorer)
        return scorerSchema(field);
    json schema {{"description", field.help}};
    if (field.type == FieldType::Integer) {
        schema["type"] = "integer";
        addRange(schema, field.minimum, field.maximum);
    } else if (field.type == FieldType::Boolean) {
        schema["type"] = "boolean";
    } else if (field.type == FieldType::Text) {
        schema["type"] = "string";
        if (!field.choices.empty())
            schema["enum"] = field.choices;
        if (field.isRequired)
            schema["minLength"] = 1;
    } else {
        schema["type"] = "array";
        schema["items"] = {{"type", "string"}};
        schema["uniqueItems"] = true;
        if (!field.mayBeEmpty)
            schema["minItems"] = 1;
    }
    if (!field.isRequired)
        schema["default"] = field.fallback;
    return schema;
}

json emptyObject()
{
    return {{"type", "object"}, {"properties", json::object()}, {"additionalProperties", false}};
}

void require(json& object, const std::string& name)
{
    auto& required = object["required"];
    if (required.is_null() || std::find(required.begin(), required.end(), name) == required.end())
        required.push_back(name);
}

/// Puts a field where its path says, making the objects on the way.
void place(json& root, const FieldDescription& field)
{
    json* object = &root;
    std::string rest = field.path;
    for (auto dot = rest.find('.'); dot != std::string::npos; dot = rest.find('.')) {
        const std::string group = rest.substr(0, dot);
        rest = rest.substr(dot + 1);
        if (field.isRequired)
            require(*object, group);
        json& child = (*object)["properties"][group];
        if (child.is_null())
            child = emptyObject();
        object = &child;
    }
    (*object)["properties"][rest] = fieldSchema(field);
    if (field.isRequired)
        require(*object, rest);
}

template<typename Owner>
json objectSchema(const std::vector<BoundField<Owner>>& table)
{
    json schema = emptyObject();
    for (const auto& field : table)
        place(schema, field.description);
    return schema;
}

} // namespace

std::vector<FieldDescription> experimentFields()
{
    std::vector<FieldDescription> fields;
    for (auto& field : experimentFieldTable())
        fields.push_back(std::move(field.description));
    for (auto& field : armFieldTable()) {
        fields.push_back(std::move(field.description));
        fields.back().path.insert(0, "arms[].");
    }
    return fields;
}

json experimentSchema()
{
    json schema = objectSchema(experimentFieldTable());
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    schema["title"] = "Driftscope experiment";
    schema["description"] = "Dataset, checkpoint, replay, candidates, metrics and arms of one experiment.";
    schema["properties"]["version"] = {{"const", Experiment::formatVersion},
                                       {"description", "Version of this file format."}};
    schema["properties"]["arms"] = {{"type", "array"},
                                    {"description", "Ways to predict, compared on identical queries."},
                                    {"minItems", 1},
                                    {"items", objectSchema(armFieldTable())}};
    require(schema, "version");
    require(schema, "arms");
    return schema;
}

} // namespace driftscope::simulate
