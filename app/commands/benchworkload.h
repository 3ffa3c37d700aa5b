// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace driftscope::app {

/// Ranking queries as text: every candidate's prompt is the prefix and one suffix.
struct BenchWorkload {
    struct Query {
        std::string prefix;
        std::vector<std::string> suffixes;
    };
    /// What a made-up query holds.
    struct Shape {
        std::size_t demonstrations = 0;
        std::size_t history = 0; ///< films before each target; earlier demonstrations have fewer, half at least
        std::size_t candidates = 0;
    };
    std::vector<std::string> answers;
    std::vector<Query> queries;

    /// Made-up films in the shape of a RecICL prompt: 8 queries, 4 demonstrations with a history of up to 10, 20
    /// candidates; about 460 prefix and 20 times 20 suffix tokens with SmolLM2's tokenizer. The same at every call.
    [[nodiscard]] static BenchWorkload builtIn();
    /// A made-up query; other numbers give other films.
    [[nodiscard]] static Query made(std::size_t number, const Shape& shape);
    /// @retval ErrorCode::NotFound, NotReadable, BadJson, MissingField, WrongType, NoRows.
    [[nodiscard]] static Result<BenchWorkload> load(const std::filesystem::path& path);

    [[nodiscard]] nlohmann::json toJson() const;
};

} // namespace driftscope::app
