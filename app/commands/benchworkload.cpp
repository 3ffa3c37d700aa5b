// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/benchworkload.h"

#include "core/base/jsonfield.h"
#include "core/base/random.h"
#include "core/base/textfile.h"

#include <array>

namespace driftscope::app {

namespace {

constexpr std::size_t queryCount = 8;
constexpr std::size_t demonstrationCount = 4;
constexpr std::size_t historyCount = 10;
constexpr std::size_t candidateCount = 20;
constexpr auto header =
    "Each example lists films that a user liked, oldest first, and whether the next was liked too.\n\n";

constexpr std::array words {"Silent",  "Harbor", "Night",  "Last",   "Garden", "River", "Broken", "Winter",
                            "Letters", "Moon",   "Stone",  "Summer", "Train",  "Glass", "Empty",  "Road",
                            "Golden",  "Paper",  "Island", "Storm",  "Violet", "House", "Second", "Music"};

std::string title(RandomStream& random)
{
    std::string text = "\"";
    const std::size_t count = 1 + random.index(3);
    for (std::size_t i = 0; i < count; ++i)
        text += (i == 0 ? "" : " ") + std::string(words[random.index(words.size())]);
    return text + " (" + std::to_string(1970 + random.index(50)) + ")\"";
}

std::string history(RandomStream& random, std::size_t count)
{
    std::string text = "#History: ";
    for (std::size_t i = 0; i < count; ++i)
        text += (i == 0 ? "" : ", ") + title(random);
    return text + "\n#Target:";
}

std::string target(RandomStream& random)
{
    return " " + title(random) + "\nSay \"Yes\" or \"No\".\n#Answer:";
}

} // namespace

BenchWorkload BenchWorkload::builtIn()
{
    BenchWorkload workload;
    workload.answers = {" Yes", " No"};
    for (std::size_t q = 0; q < queryCount; ++q)
        workload.queries.push_back(made(q, {demonstrationCount, historyCount, candidateCount}));
    return workload;
}

BenchWorkload::Query BenchWorkload::made(std::size_t number, const Shape& shape)
{
    RandomStream random(7, "bench workload", {number});
    Query query;
    query.prefix = header;
    for (std::size_t d = 0; d < shape.demonstrations; ++d) { // the user had liked less when these were asked
        const std::size_t earlier = (shape.demonstrations - d) * shape.history / (2 * shape.demonstrations);
        query.prefix += history(random, shape.history - earlier) + target(random)
            + (random.index(2) == 0 ? " Yes" : " No") + "\n\n";
    }
    query.prefix += history(random, shape.history);
    for (std::size_t c = 0; c < shape.candidates; ++c)
        query.suffixes.push_back(target(random));
    return query;
}

Result<BenchWorkload> BenchWorkload::load(const std::filesystem::path& path)
{
    DRIFTSCOPE_TRY(const std::string text, readFile(path));
    DRIFTSCOPE_TRY(const nlohmann::json json, parseJson(text, path.string()));
    JsonField fields(json, path.string());
    BenchWorkload workload;
    for (JsonField& answer : fields.array("answers"))
        workload.answers.push_back(answer.asText());
    for (JsonField& object : fields.array("queries")) {
        Query query;
        query.prefix = object.text("prefix");
        for (JsonField& suffix : object.array("suffixes"))
            query.suffixes.push_back(suffix.asText());
        workload.queries.push_back(std::move(query));
    }
    DRIFTSCOPE_CHECK(fields.status());
    if (workload.queries.empty() || workload.queries.front().suffixes.empty() || workload.answers.empty())
        return fail(ErrorCode::NoRows, path.string() + ": a workload needs answers and queries with suffixes.");
    return workload;
}

nlohmann::json BenchWorkload::toJson() const
{
    nlohmann::json list = nlohmann::json::array();
    for (const Query& query : queries)
        list.push_back({{"prefix", query.prefix}, {"suffixes", query.suffixes}});
    return {{"answers", answers}, {"queries", std::move(list)}};
}

} // namespace driftscope::app
