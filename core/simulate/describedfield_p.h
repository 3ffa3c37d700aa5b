// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/jsonfield.h"
#include "core/simulate/experiment.h"

#include <algorithm>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// Described fields of a JSON file: each knows its words, its range and where its value lives in a struct.
namespace driftscope::simulate {

/// A described field that knows where its value lives in Owner.
template<typename Owner>
struct BoundField {
    FieldDescription description; ///< path relative to Owner
    std::function<void(JsonField& parent, const std::string& key, Owner& owner)> read;
    std::function<nlohmann::json(const Owner& owner)> write;
};

/// Refuses a text that has the right type but means nothing ("rating>>4").
using TextCheck = std::function<Result<>(const std::string& text)>;

enum Need : bool { Optional, Required };
enum Emptiness : bool { MustHaveOne, MayBeEmpty };

/// Description with the default taken from a default-constructed Owner.
template<typename Owner, typename Access>
BoundField<Owner> makeField(const char* path, FieldType type, const char* help, Access access, Need need)
{
    BoundField<Owner> field;
    field.description.path = path;
    field.description.type = type;
    field.description.help = help;
    field.description.isRequired = need == Required;
    field.write = [access](const Owner& owner) { return nlohmann::json(access(owner)); };
    if (need == Optional)
        field.description.fallback = field.write(Owner {});
    return field;
}

template<typename Owner, typename Access>
BoundField<Owner> integerField(const char* path, const char* help, double minimum, double maximum, Access access)
{
    auto field = makeField<Owner>(path, FieldType::Integer, help, access, Optional);
    field.description.minimum = minimum;
    field.description.maximum = maximum;
    field.read = [access, range = JsonRange {minimum, maximum}](JsonField& parent, const std::string& key,
                                                                Owner& owner) {
        auto& value = access(owner);
        value =
            static_cast<std::decay_t<decltype(value)>>(parent.integer(key, static_cast<std::int64_t>(value), range));
    };
    return field;
}

template<typename Owner, typename Access>
BoundField<Owner> booleanField(const char* path, const char* help, Access access)
{
    auto field = makeField<Owner>(path, FieldType::Boolean, help, access, Optional);
    field.read = [access](JsonField& parent, const std::string& key, Owner& owner) {
        access(owner) = parent.boolean(key, access(owner));
    };
    return field;
}

/// A text that `check` accepts; an empty one means "not given" unless the field is required.
template<typename Owner, typename Access>
BoundField<Owner> textField(const char* path, const char* help, Need need, Access access, TextCheck check = {})
{
    auto field = makeField<Owner>(path, FieldType::Text, help, access, need);
    field.read = [access, need, check](JsonField& parent, const std::string& key, Owner& owner) {
        std::string& value = access(owner);
        value = need == Required ? parent.text(key) : parent.text(key, value);
        auto self = parent.optionalField(key);
        if (!self || !self->value().is_string())
            return;
        if (value.empty() && need == Required)
            self->reject(ErrorCode::BadValue, "must not be empty.");
        if (value.empty() || !check)
            return;
        if (const auto checked = check(value); !checked)
            self->reject(checked.error().code, checked.error().message);
    };
    return field;
}

/// "a, b, c"
inline std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// A text out of a few; `Value` is an enumeration or std::string itself.
template<typename Owner, typename Value, typename Access>
BoundField<Owner> choiceField(const char* path, const char* help, std::vector<std::pair<std::string, Value>> choices,
                              Access access)
{
    const auto nameOf = [choices, access](const Owner& owner) -> std::string {
        const auto found = std::find_if(choices.begin(), choices.end(),
                                        [&](const auto& choice) { return choice.second == access(owner); });
        return found == choices.end() ? std::string() : found->first;
    };
    auto field = makeField<Owner>(path, FieldType::Text, help, nameOf, Optional);
    for (const auto& choice : choices)
        field.description.choices.push_back(choice.first);
    field.read = [choices, nameOf, access,
                  known = joined(field.description.choices)](JsonField& parent, const std::string& key, Owner& owner) {
        const std::string text = parent.text(key, nameOf(owner));
        for (const auto& choice : choices)
            if (choice.first == text) {
                access(owner) = choice.second;
                return;
            }
        if (auto self = parent.optionalField(key); self && self->value().is_string())
            self->reject(ErrorCode::BadValue, "must be one of " + known + ", not '" + text + "'.");
    };
    return field;
}

template<typename Owner, typename Access>
BoundField<Owner> choiceOfTexts(const char* path, const char* help, const std::vector<std::string>& texts,
                                Access access)
{
    std::vector<std::pair<std::string, std::string>> choices;
    for (const auto& text : texts)
        choices.emplace_back(text, text);
    return choiceField<Owner, std::string>(path, help, std::move(choices), access);
}

/// A list of texts without duplicates, each accepted by `check`.
template<typename Owner, typename Access>
BoundField<Owner> textListField(const char* path, const char* help, Access access, TextCheck check, Emptiness emptiness)
{
    auto field = makeField<Owner>(path, FieldType::TextList, help, access, Optional);
    field.description.mayBeEmpty = emptiness == MayBeEmpty;
    field.read = [access, check, emptiness](JsonField& parent, const std::string& key, Owner& owner) {
        auto self = parent.optionalField(key);
        if (!self)
            return;
        std::vector<std::string> texts;
        for (auto& element : parent.array(key)) {
            std::string text = element.asText();
            if (std::find(texts.begin(), texts.end(), text) != texts.end())
                element.reject(ErrorCode::BadValue, "'" + text + "' stands twice in the list.");
            if (const auto checked = check ? check(text) : Result<> {}; !checked)
                element.reject(checked.error().code, checked.error().message);
            texts.push_back(std::move(text));
        }
        if (texts.empty() && emptiness == MustHaveOne)
            self->reject(ErrorCode::BadValue, "the list must not be empty.");
        access(owner) = std::move(texts);
    };
    return field;
}

/// Reads all fields below `prefix` ("" or "replay.") and refuses those that nobody described.
template<typename Owner>
void readFields(JsonField& object, const std::string& prefix, std::span<const BoundField<Owner>> fields, Owner& owner)
{
    std::set<std::string> groups;
    for (const auto& field : fields) {
        const std::string& path = field.description.path;
        if (!path.starts_with(prefix))
            continue;
        const std::string rest = path.substr(prefix.size());
        const auto dot = rest.find('.');
        if (dot == std::string::npos) {
            field.read(object, rest, owner);
            continue;
        }
        const std::string group = rest.substr(0, dot);
        if (!groups.insert(group).second)
            continue;
        const std::string inner = prefix + group + ".";
        const bool isRequired = std::any_of(fields.begin(), fields.end(), [&inner](const auto& other) {
            return other.description.isRequired && other.description.path.starts_with(inner);
        });
        if (!isRequired && !object.optionalField(group))
            continue;
        JsonField child = object.object(group);
        readFields(child, inner, fields, owner);
    }
    object.rejectUnknownFields();
}

/// All fields of `owner` as nested JSON.
template<typename Owner>
[[nodiscard]] nlohmann::json writeFields(std::span<const BoundField<Owner>> fields, const Owner& owner)
{
    nlohmann::json root = nlohmann::json::object();
    for (const auto& field : fields) {
        std::string pointer = "/" + field.description.path;
        std::replace(pointer.begin(), pointer.end(), '.', '/');
        root[nlohmann::json::json_pointer(pointer)] = field.write(owner);
    }
    return root;
}

} // namespace driftscope::simulate
