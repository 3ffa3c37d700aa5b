// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/metricregistry.h"

#include "core/metrics/auc.h"
#include "core/metrics/calibration.h"
#include "core/metrics/rankingmetric.h"
#include "core/metrics/userauc.h"

#include <array>
#include <charconv>

namespace driftscope::metrics {

namespace {

constexpr double largestCutOff = 1'000'000;
constexpr double mostBins = 10'000;

std::size_t countIn(const ParameterValues& values, std::string_view id)
{
    return static_cast<std::size_t>(std::get<std::int64_t>(values.find(id)->second));
}

RegistryEntry<Metric> rankingEntry(const char* id, const char* title, const char* help, RankingMetric::Measure measure)
{
    return {id,
            title,
            help,
            {{.id = "k",
              .title = "Cut-off",
              .help = "How many items from the top count.",
              .fallback = std::int64_t {10},
              .minimum = 1,
              .maximum = largestCutOff}},
            [measure](const ParameterValues& values) {
                return std::make_unique<RankingMetric>(measure, countIn(values, "k"));
            }};
}

RegistryEntry<Metric> reciprocalRankEntry()
{
    auto entry = rankingEntry("mrr", "MRR", "Mean of 1 / rank of the first relevant item, 0 beyond the cut-off.",
                              &TiedRanking::reciprocalRank);
    entry.parameters[0].help = "How many items from the top count; 0 = all.";
    entry.parameters[0].fallback = std::int64_t {0};
    entry.parameters[0].minimum = 0;
    return entry;
}

RegistryEntry<Metric> userAucEntry(const char* id, const char* title, const char* help,
                                   UserAucMetric::Weighting weighting)
{
    return {id, title, help, {}, [weighting](const ParameterValues&) {
                return std::make_unique<UserAucMetric>(weighting);
            }};
}

RegistryEntry<Metric> calibrationEntry()
{
    return {"ece",
            "ECE",
            "Expected calibration error: how far mean label and mean probability differ within bins of equal width.",
            {{.id = "bins",
              .title = "Bins",
              .help = "Number of bins of equal width over [0, 1].",
              .fallback = std::int64_t {10},
              .minimum = 1,
              .maximum = mostBins}},
            [](const ParameterValues& values) {
                return std::make_unique<CalibrationErrorMetric>(countIn(values, "bins"));
            }};
}

std::vector<RegistryEntry<Metric>> buildRegistry()
{
    std::vector<RegistryEntry<Metric>> entries;
    entries.push_back(
        rankingEntry("hr", "HR", "Share of lists with a relevant item above the cut-off.", &TiedRanking::hitRate));
    entries.push_back(rankingEntry("recall", "Recall", "Share of the relevant items that are above the cut-off.",
                                   &TiedRanking::recall));
    entries.push_back(rankingEntry("precision", "Precision", "Share of the places above the cut-off that are relevant.",
                                   &TiedRanking::precision));
    entries.push_back(rankingEntry("ndcg", "NDCG", "Gain discounted by log2(rank + 1), relative to the ideal order.",
                                   &TiedRanking::ndcg));
    entries.push_back(rankingEntry("map", "MAP", "Mean of the precision at each relevant item above the cut-off.",
                                   &TiedRanking::averagePrecision));
    entries.push_back(reciprocalRankEntry());
    entries.push_back({"auc",
                       "AUC",
                       "Chance that a liked item scores above a disliked one, over all rows.",
                       {},
                       [](const ParameterValues&) { return std::make_unique<AucMetric>(); }});
    entries.push_back(userAucEntry("uauc", "UAUC", "Plain mean of the AUC of each user who has both classes.",
                                   UserAucMetric::Weighting::Equal));
    entries.push_back(userAucEntry("gauc", "GAUC", "Mean of the AUC of each user, weighted by the user's positives.",
                                   UserAucMetric::Weighting::Positives));
    entries.push_back({"logloss",
                       "LogLoss",
                       "Mean of -ln(probability of the label), clipped at 1e-15.",
                       {},
                       [](const ParameterValues&) { return std::make_unique<LogLossMetric>(); }});
    entries.push_back(calibrationEntry());
    return entries;
}

/// "ndcg@10" as "ndcg" and "10".
struct Spelling {
    std::string_view id;
    std::optional<std::string_view> number;
};

Spelling split(std::string_view spelling)
{
    const std::size_t at = spelling.find('@');
    if (at == std::string_view::npos)
        return {spelling, {}};
    return {spelling.substr(0, at), spelling.substr(at + 1)};
}

Result<std::int64_t> readNumber(std::string_view spelling, std::string_view number, const Parameter& parameter)
{
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (problem != std::errc() || end != number.data() + number.size() || value < 1
        || static_cast<double>(value) > parameter.maximum)
        return fail(ErrorCode::BadValue,
                    "Metric '" + std::string(spelling) + "': the number after @ must be a whole number from 1 to "
                        + std::to_string(static_cast<std::int64_t>(parameter.maximum)) + ".");
    return value;
}

Result<ParameterValues> readValues(std::string_view spelling, const RegistryEntry<Metric>& entry,
                                   std::optional<std::string_view> number)
{
    ParameterValues values;
    for (const Parameter& parameter : entry.parameters)
        values[parameter.id] = parameter.fallback;
    if (!number) {
        if (!entry.parameters.empty() && entry.parameters[0].id == "k" && entry.parameters[0].minimum > 0)
            return fail(ErrorCode::BadValue,
                        "Metric '" + entry.id + "' needs a cut-off; write for example '" + entry.id + "@10'.");
        return values;
    }
    if (entry.parameters.empty())
        return fail(ErrorCode::BadValue,
                    "Metric '" + std::string(spelling) + "': '" + entry.id + "' takes no number; write '" + entry.id
                        + "'.");
    DRIFTSCOPE_TRY(values[entry.parameters[0].id], readNumber(spelling, *number, entry.parameters[0]));
    return values;
}

} // namespace

std::span<const RegistryEntry<Metric>> metrics()
{
    static const std::vector<RegistryEntry<Metric>> entries = buildRegistry();
    return entries;
}

Result<std::unique_ptr<Metric>> makeMetric(std::string_view spelling)
{
    const Spelling parts = split(spelling);
    const RegistryEntry<Metric>* entry = findEntry(metrics(), parts.id);
    if (entry == nullptr)
        return fail(ErrorCode::UnknownName,
                    "There is no metric '" + std::string(parts.id) + "'. Known metrics: " + listIds(metrics()) + ".");
    DRIFTSCOPE_TRY(const ParameterValues values, readValues(spelling, *entry, parts.number));
    return entry->make(values);
}

std::string metricTitle(std::string_view spelling)
{
    const Spelling parts = split(spelling);
    const RegistryEntry<Metric>* entry = findEntry(metrics(), parts.id);
    if (entry == nullptr)
        return std::string(spelling);
    return entry->title + std::string(spelling.substr(parts.id.size()));
}

} // namespace driftscope::metrics
