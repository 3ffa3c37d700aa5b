// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/jsonfield.h"
#include "core/base/result.h"

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace driftscope {

/// A value of a described parameter.
using ParameterValue = std::variant<std::int64_t, double, bool, std::string>;

/// Parameter values by id; after readParameters() every described parameter is there.
using ParameterValues = std::map<std::string, ParameterValue, std::less<>>;

/// One described parameter of a registry entry: forms, command-line help and validation come from this one place.
struct Parameter {
    std::string id; ///< JSON field name, camelCase
    std::string title; ///< label in a form
    std::string help; ///< one sentence
    ParameterValue fallback; ///< default; its alternative is the parameter's type
    double minimum = 0; ///< for numbers
    double maximum = 1e9; ///< for numbers
    std::vector<std::string> choices {}; ///< for text: the allowed values, empty = any
};

/// Reads the described parameters from `fields`; missing ones take their default. Errors are kept in `fields`.
[[nodiscard]] ParameterValues readParameters(std::span<const Parameter> described, JsonField& fields);

/// The values as a JSON object.
[[nodiscard]] nlohmann::json toJson(const ParameterValues& values);

/// One extension of a kind: its id, its words and how to make it.
template<typename Interface>
struct RegistryEntry {
    std::string id; ///< stable, kebab-case; names it in experiment files
    std::string title; ///< for people
    std::string help; ///< one sentence
    std::vector<Parameter> parameters;
    std::function<std::unique_ptr<Interface>(const ParameterValues&)> make;
};

/// The entry with this id, or null.
template<typename Interface>
[[nodiscard]] const RegistryEntry<Interface>* findEntry(std::span<const RegistryEntry<Interface>> entries,
                                                        std::string_view id)
{
    for (const auto& entry : entries)
        if (entry.id == id)
            return &entry;
    return nullptr;
}

/// "none, recent, random": the known ids, for messages.
template<typename Interface>
[[nodiscard]] std::string listIds(std::span<const RegistryEntry<Interface>> entries)
{
    std::string ids;
    for (const auto& entry : entries)
        ids += (ids.empty() ? "" : ", ") + entry.id;
    return ids;
}

} // namespace driftscope
