// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope {

/// What parseJson() refuses beyond syntax errors.
struct JsonLimits {
    int maxDepth = 64;
    bool rejectDuplicateKeys = false;
};

/// Parses a JSON document.
///
/// @param origin  file name for messages.
/// @retval ErrorCode::BadJson       syntax, or nested deeper than the limit.
/// @retval ErrorCode::InvalidUtf8   the text is not UTF-8.
/// @retval ErrorCode::DuplicateKey  a key occurs twice in one object (if asked for).
[[nodiscard]] Result<nlohmann::json> parseJson(std::string_view text, std::string_view origin, JsonLimits limits = {});

/// Range of an integer or real field.
struct JsonRange {
    double minimum = std::numeric_limits<double>::lowest();
    double maximum = std::numeric_limits<double>::max();
};

/// Reads typed fields of a JSON object and remembers the first error, with its JSON path.
///
/// Getters return the value, or a fallback after an error, so that a whole object is read in a row and status() is
/// asked once. A getter with a fallback treats a missing or null field as the fallback; one without makes it an error.
/// Children share the error of their parent. Not thread-safe.
/// Codes: MissingField, WrongType, BadValue (out of range), UnknownField (see rejectUnknownFields()).
class JsonField
{
public:
    /// @param value   outlives the reader.
    /// @param origin  file name for messages.
    JsonField(const nlohmann::json& value, std::string_view origin);

    /// First error of this reader, its parents and children.
    [[nodiscard]] Result<> status() const;
    /// Reports an error at this path (kept if it is the first).
    void reject(ErrorCode code, std::string_view problem);

    [[nodiscard]] const nlohmann::json& value() const { return *m_value; }
    /// "file.json: $.arms[2].k"
    [[nodiscard]] std::string where() const;
    [[nodiscard]] bool isNull() const { return m_value->is_null(); }
    /// True if the field is there and not null.
    [[nodiscard]] bool has(std::string_view key) const;

    std::int64_t integer(std::string_view key, JsonRange range = {});
    std::int64_t integer(std::string_view key, std::int64_t fallback, JsonRange range = {});
    double number(std::string_view key, JsonRange range = {});
    double number(std::string_view key, double fallback, JsonRange range = {});
    bool boolean(std::string_view key);
    bool boolean(std::string_view key, bool fallback);
    std::string text(std::string_view key);
    std::string text(std::string_view key, std::string_view fallback);

    /// The object under `key`; a reader of an empty object if it is missing (an error).
    JsonField object(std::string_view key);
    /// The object under `key`, or nothing if it is missing or null.
    std::optional<JsonField> optionalObject(std::string_view key);
    /// The elements of the array under `key`; empty if it is missing and not required.
    std::vector<JsonField> array(std::string_view key, bool required = true);
    /// The field of any type; nothing if missing or null.
    std::optional<JsonField> optionalField(std::string_view key);

    /// Typed reading of this value itself (an array's element).
    std::int64_t asInteger(JsonRange range = {});
    double asNumber(JsonRange range = {});
    std::string asText();

    /// Makes every field that no getter asked for an UnknownField error that lists the known ones.
    void rejectUnknownFields();

private:
    struct State;
    struct Seen;
    JsonField(const nlohmann::json& value, std::string path, std::shared_ptr<State> state);
    const nlohmann::json* find(std::string_view key, bool required);
    std::string pathOf(std::string_view key) const;
    void rejectAt(const std::string& path, ErrorCode code, std::string_view problem);
    std::int64_t toInteger(const nlohmann::json& value, const std::string& path, JsonRange range);
    double toNumber(const nlohmann::json& value, const std::string& path, JsonRange range);

    const nlohmann::json* m_value;
    std::string m_path;
    std::shared_ptr<State> m_state;
    std::shared_ptr<Seen> m_seen;
};

} // namespace driftscope
