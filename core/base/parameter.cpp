// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parameter.h"

#include <algorithm>

namespace driftscope {

namespace {

ParameterValue readText(const Parameter& parameter, JsonField& fields)
{
    std::string value = fields.text(parameter.id, std::get<std::string>(parameter.fallback));
    const auto& choices = parameter.choices;
    if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end())
        return value;
    std::string known;
    for (const auto& choice : choices)
        known += (known.empty() ? "" : ", ") + choice;
    fields.reject(ErrorCode::BadValue, parameter.id + " must be one of " + known + ", not '" + value + "'.");
    return parameter.fallback;
}

ParameterValue readOne(const Parameter& parameter, JsonField& fields)
{
    const JsonRange range {parameter.minimum, parameter.maximum};
    if (const auto* integer = std::get_if<std::int64_t>(&parameter.fallback))
        return fields.integer(parameter.id, *integer, range);
    if (const auto* number = std::get_if<double>(&parameter.fallback))
        return fields.number(parameter.id, *number, range);
    if (const auto* boolean = std::get_if<bool>(&parameter.fallback))
        return fields.boolean(parameter.id, *boolean);
    return readText(parameter, fields);
}

} // namespace

ParameterValues readParameters(std::span<const Parameter> described, JsonField& fields)
{
    ParameterValues values;
    for (const auto& parameter : described)
        values[parameter.id] = readOne(parameter, fields);
    return values;
}

nlohmann::json toJson(const ParameterValues& values)
{
    nlohmann::json object = nlohmann::json::object();
    for (const auto& [id, value] : values)
        std::visit([&object, &key = id](const auto& held) { object[key] = held; }, value);
    return object;
}

} // namespace driftscope
