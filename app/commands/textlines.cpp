// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/textlines.h"

#include <iostream>
#include <utility>

namespace driftscope::app {

namespace {

constexpr std::size_t linesAtOnce = 64;
constexpr std::size_t tokensAtOnce = 16'384;

Result<TextLine> readTextLine(const std::string& text, const std::string& where, const tokenizer::Tokenizer& tokenizer,
                              const inference::TextModel& model)
{
    DRIFTSCOPE_TRY(const nlohmann::json json, lineObject(text, where));
    JsonField fields(json, where);
    TextLine line;
    line.id = json.value("id", nlohmann::json());
    if (fields.has("text"))
        line.tokens = tokenizer.encode(fields.text("text"));
    else if (fields.has("ids"))
        line.tokens = idsOf(fields);
    else
        return fail(ErrorCode::MissingField, where + ": one of text and ids is needed.");
    DRIFTSCOPE_CHECK(fields.status());
    const auto checked = inference::checkSequences({&line.tokens, 1}, model.vocabularySize(), model.contextLength());
    if (!checked)
        return fail(checked.error().code, where + ": " + checked.error().message);
    return line;
}

} // namespace

std::string inputLine(std::int64_t number)
{
    return "stdin, line " + std::to_string(number);
}

Result<> forEachInputLine(const JobContext& context,
                          const std::function<Result<>(const std::string&, std::int64_t)>& body)
{
    std::string text;
    for (std::int64_t number = 1; std::getline(std::cin, text); ++number) {
        if (context.isStopped())
            return fail(ErrorCode::Cancelled, "Stopped after line " + std::to_string(number - 1) + ".");
        if (text.find_first_not_of(" \t\r") != std::string::npos)
            DRIFTSCOPE_CHECK(body(text, number));
    }
    return {};
}

Result<nlohmann::json> parseJsonLine(const std::string& text, const std::string& where, JsonLimits limits)
{
    auto json = parseJson(text, where, limits);
    if (json)
        return json;
    Error error = json.error();
    const std::string twice = where + ", line 1, column"; // the line is known from `where`
    if (error.message.starts_with(twice))
        error.message.replace(0, twice.size(), where + ", column");
    return tl::unexpected<Error>(std::move(error));
}

Result<nlohmann::json> lineObject(const std::string& text, const std::string& where)
{
    DRIFTSCOPE_TRY(nlohmann::json json, parseJsonLine(text, where));
    if (!json.is_object())
        return fail(ErrorCode::WrongType, where + ": a JSON object is expected, such as {\"text\":\"...\"}.");
    return json;
}

inference::TokenSequence idsOf(JsonField& fields)
{
    inference::TokenSequence ids;
    for (JsonField& id : fields.array("ids"))
        ids.push_back(static_cast<inference::TokenId>(id.asInteger({0, 2147483647})));
    return ids;
}

Result<> forEachTextGroup(const tokenizer::Tokenizer& tokenizer, const inference::TextModel& model,
                          const JobContext& context, const std::function<Result<>(std::span<const TextLine>)>& body)
{
    std::vector<TextLine> group;
    std::size_t tokens = 0;
    const auto flush = [&]() -> Result<> {
        tokens = 0;
        return group.empty() ? Result<>() : body(std::exchange(group, {}));
    };
    const auto addLine = [&](const std::string& text, std::int64_t number) -> Result<> {
        auto line = readTextLine(text, inputLine(number), tokenizer, model);
        if (!line) {
            DRIFTSCOPE_CHECK(flush());
            return failFrom(line);
        }
        tokens += line->tokens.size();
        group.push_back(std::move(*line));
        return group.size() >= linesAtOnce || tokens >= tokensAtOnce ? flush() : Result<>();
    };
    DRIFTSCOPE_CHECK(forEachInputLine(context, addLine));
    return flush();
}

std::vector<inference::TokenSequence> tokensOf(std::span<const TextLine> lines)
{
    std::vector<inference::TokenSequence> tokens;
    for (const TextLine& line : lines)
        tokens.push_back(line.tokens);
    return tokens;
}

} // namespace driftscope::app
