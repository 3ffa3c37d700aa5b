// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/jsonfield.h"

#include "core/base/messagetext.h"
#include "core/base/textfile.h"

#include <cmath>
#include <set>

namespace driftscope {

namespace {

using nlohmann::json;

/// Watches for a key that occurs twice in one object while nlohmann_json parses.
class DuplicateKeyWatch
{
public:
    void see(json::parse_event_t event, const json& parsed)
    {
        if (event == json::parse_event_t::object_start)
            m_keys.emplace_back();
        else if (event == json::parse_event_t::object_end)
            m_keys.pop_back();
        else if (event == json::parse_event_t::key && !m_duplicate
                 && !m_keys.back().insert(parsed.get<std::string>()).second)
            m_duplicate = parsed.get<std::string>();
    }

    [[nodiscard]] const std::optional<std::string>& duplicate() const { return m_duplicate; }

private:
    std::optional<std::string> m_duplicate;
    std::vector<std::set<std::string>> m_keys; // one set an open object
};

/// Deepest nesting of brackets outside strings: cheap, and without recursion.
int bracketDepth(std::string_view text)
{
    int depth = 0;
    int deepest = 0;
    bool isInString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (isInString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                isInString = false;
        } else if (c == '"') {
            isInString = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return deepest;
}

/// "line 3, column 14" of a byte position.
std::string placeOf(std::string_view text, std::size_t byte)
{
    std::size_t line = 1;
    std::size_t column = 1;
    for (std::size_t i = 0; i + 1 < byte && i < text.size(); ++i) {
        if (text[i] == '\n') {
            ++line;
            column = 1;
        } else {
            ++column;
        }
    }
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// A value for a message.
std::string shown(const json& value)
{
    return std::string(beginningOf(value.dump(), 60));
}

std::string rangeText(JsonRange range)
{
    const auto show = [](double value) {
        std::string text = json(value).dump();
        return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
    };
    if (range.maximum >= 1e15)
        return "at least " + show(range.minimum);
    return "from " + show(range.minimum) + " to " + show(range.maximum);
}

} // namespace

Result<json> parseJson(std::string_view text, std::string_view origin, JsonLimits limits)
{
    if (!isUtf8(text))
        return fail(ErrorCode::InvalidUtf8, std::string(origin) + ": the text is not UTF-8; save it as UTF-8.");
    if (bracketDepth(text) > limits.maxDepth)
        return fail(ErrorCode::BadJson,
                    std::string(origin) + ": nested deeper than " + std::to_string(limits.maxDepth)
                        + " levels, which no file of this kind needs.");
    // nlohmann_json takes a NUL byte for the end of its input.
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
        return fail(ErrorCode::BadJson,
                    std::string(origin) + ", " + placeOf(text, nul + 1) + ": a NUL byte stands in the text.");
    try {
        if (!limits.rejectDuplicateKeys)
            return json::parse(text);
        DuplicateKeyWatch watch;
        json parsed = json::parse(text, [&watch](int, json::parse_event_t event, const json& value) {
            watch.see(event, value);
            return true;
        });
        if (watch.duplicate())
            return fail(ErrorCode::DuplicateKey,
                        std::string(origin) + ": the key '" + *watch.duplicate() + "' occurs twice in one object.");
        return parsed;
    } catch (const json::parse_error& error) {
        if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
            return fail(ErrorCode::BadJson, std::string(origin) + ": the file is empty; it should hold JSON.");
        return fail(ErrorCode::BadJson,
                    std::string(origin) + ", " + placeOf(text, error.byte) + ": this is not valid JSON.");
    } catch (const json::out_of_range&) {
        return fail(ErrorCode::BadJson, std::string(origin) + ": a number is too large for 64 bits.");
    } catch (const std::exception& error) {
        return fail(ErrorCode::BadJson, std::string(origin) + ": " + error.what());
    }
}

struct JsonField::State {
    std::string origin;
    std::optional<Error> error;
};

struct JsonField::Seen {
    std::set<std::string, std::less<>> keys;
};

JsonField::JsonField(const json& value, std::string_view origin)
    : JsonField(value, "$", std::make_shared<State>(State {std::string(origin), {}}))
{
}

JsonField::JsonField(const json& value, std::string path, std::shared_ptr<State> state)
    : m_value(&value)
    , m_path(std::move(path))
    , m_state(std::move(state))
    , m_seen(std::make_shared<Seen>())
{
}

Result<> JsonField::status() const
{
    if (m_state->error)
        return tl::unexpected<Error>(*m_state->error);
    return {};
}

void JsonField::reject(ErrorCode code, std::string_view problem)
{
    rejectAt(m_path, code, problem);
}

void JsonField::rejectAt(const std::string& path, ErrorCode code, std::string_view problem)
{
    if (!m_state->error)
        m_state->error = Error {code, m_state->origin + ": " + path + ": " + std::string(problem)};
}

std::string JsonField::where() const
{
    return m_state->origin + ": " + m_path;
}

std::string JsonField::pathOf(std::string_view key) const
{
    return m_path + "." + std::string(key);
}

bool JsonField::has(std::string_view key) const
{
    return m_value->is_object() && m_value->contains(key) && !m_value->at(std::string(key)).is_null();
}

const json* JsonField::find(std::string_view key, bool required)
{
    m_seen->keys.emplace(key);
    if (!m_value->is_object()) {
        reject(ErrorCode::WrongType, "an object is expected here.");
        return nullptr;
    }
    const auto found = m_value->find(key);
    if (found == m_value->end() || found->is_null()) {
        if (required)
            rejectAt(pathOf(key), ErrorCode::MissingField, "this field is missing.");
        return nullptr;
    }
    return &*found;
}

std::int64_t JsonField::toInteger(const json& value, const std::string& path, JsonRange range)
{
    if (!value.is_number_integer()) {
        rejectAt(path, ErrorCode::WrongType, "a whole number is expected here, not " + shown(value) + ".");
        return 0;
    }
    const bool isTooBig = value.is_number_unsigned()
        && value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const double approximate = value.get<double>();
    if (isTooBig || approximate < range.minimum || approximate > range.maximum) {
        rejectAt(path, ErrorCode::BadValue, "must be " + rangeText(range) + ", not " + value.dump() + ".");
        return 0;
    }
    return value.get<std::int64_t>();
}

double JsonField::toNumber(const json& value, const std::string& path, JsonRange range)
{
    if (!value.is_number()) {
        rejectAt(path, ErrorCode::WrongType, "a number is expected here, not " + shown(value) + ".");
        return 0;
    }
    const double number = value.get<double>();
    if (!std::isfinite(number) || number < range.minimum || number > range.maximum)
        rejectAt(path, ErrorCode::BadValue, "must be " + rangeText(range) + ", not " + value.dump() + ".");
    return number;
}

std::int64_t JsonField::integer(std::string_view key, JsonRange range)
{
    const json* value = find(key, true);
    return value ? toInteger(*value, pathOf(key), range) : 0;
}

std::int64_t JsonField::integer(std::string_view key, std::int64_t fallback, JsonRange range)
{
    const json* value = find(key, false);
    return value ? toInteger(*value, pathOf(key), range) : fallback;
}

double JsonField::number(std::string_view key, JsonRange range)
{
    const json* value = find(key, true);
    return value ? toNumber(*value, pathOf(key), range) : 0;
}

double JsonField::number(std::string_view key, double fallback, JsonRange range)
{
    const json* value = find(key, false);
    return value ? toNumber(*value, pathOf(key), range) : fallback;
}

bool JsonField::boolean(std::string_view key)
{
    const json* value = find(key, true);
    if (value && !value->is_boolean())
        rejectAt(pathOf(key), ErrorCode::WrongType, "true or false is expected here.");
    return value && value->is_boolean() && value->get<bool>();
}

bool JsonField::boolean(std::string_view key, bool fallback)
{
    return has(key) ? boolean(key) : (m_seen->keys.emplace(key), fallback);
}

std::string JsonField::text(std::string_view key)
{
    const json* value = find(key, true);
    if (value && !value->is_string()) {
        rejectAt(pathOf(key), ErrorCode::WrongType, "a text in quotes is expected here.");
        return {};
    }
    return value ? value->get<std::string>() : std::string();
}

std::string JsonField::text(std::string_view key, std::string_view fallback)
{
    if (has(key))
        return text(key);
    m_seen->keys.emplace(key);
    return std::string(fallback);
}

JsonField JsonField::object(std::string_view key)
{
    static const json empty = json::object();
    const json* value = find(key, true);
    if (value && !value->is_object()) {
        rejectAt(pathOf(key), ErrorCode::WrongType, "an object is expected here.");
        value = nullptr;
    }
    return {value ? *value : empty, pathOf(key), m_state};
}

std::optional<JsonField> JsonField::optionalObject(std::string_view key)
{
    if (!find(key, false))
        return {};
    return object(key);
}

std::vector<JsonField> JsonField::array(std::string_view key, bool required)
{
    const json* value = find(key, required);
    if (!value)
        return {};
    if (!value->is_array()) {
        rejectAt(pathOf(key), ErrorCode::WrongType, "a list is expected here.");
        return {};
    }
    std::vector<JsonField> elements;
    elements.reserve(value->size());
    for (std::size_t i = 0; i < value->size(); ++i)
        elements.push_back(JsonField((*value)[i], pathOf(key) + "[" + std::to_string(i) + "]", m_state));
    return elements;
}

std::optional<JsonField> JsonField::optionalField(std::string_view key)
{
    const json* value = find(key, false);
    if (!value)
        return {};
    return JsonField(*value, pathOf(key), m_state);
}

std::int64_t JsonField::asInteger(JsonRange range)
{
    return toInteger(*m_value, m_path, range);
}

double JsonField::asNumber(JsonRange range)
{
    return toNumber(*m_value, m_path, range);
}

std::string JsonField::asText()
{
    if (!m_value->is_string()) {
        reject(ErrorCode::WrongType, "a text in quotes is expected here.");
        return {};
    }
    return m_value->get<std::string>();
}

void JsonField::rejectUnknownFields()
{
    if (!m_value->is_object()) {
        reject(ErrorCode::WrongType, "an object is expected here.");
        return;
    }
    std::string known;
    for (const auto& key : m_seen->keys)
        known += (known.empty() ? "" : ", ") + key;
    for (const auto& [key, value] : m_value->items())
        if (!m_seen->keys.contains(key))
            rejectAt(pathOf(key), ErrorCode::UnknownField, "there is no such field; known are: " + known + ".");
}

} // namespace driftscope
