// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/benchcontender.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace driftscope::app {

namespace {

std::vector<double> secondsThatCount(const std::vector<Timing>& timings)
{
    const bool anyClean = std::ranges::any_of(timings, &Timing::isClean);
    std::vector<double> seconds;
    for (const Timing& timing : timings) {
        if (timing.isClean() || !anyClean)
            seconds.push_back(timing.seconds);
    }
    return seconds;
}

int signOf(double value)
{
    return (value > 0 ? 1 : 0) - (value < 0 ? 1 : 0);
}

// Kendall's tau-a; 1 for a single candidate.
double tauOf(const std::vector<double>& a, const std::vector<double>& b)
{
    double sum = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            sum += signOf(a[i] - a[j]) * signOf(b[i] - b[j]);
            pairs += 1;
        }
    }
    return pairs > 0 ? sum / pairs : 1;
}

/// Counts and extremes over the timings of all queries that count, as multiples of nothing: seconds.
struct Spread {
    double least = std::numeric_limits<double>::infinity();
    double most = 0;
    std::size_t clean = 0;
    std::size_t all = 0;
};

Spread spreadOf(const Contender& contender)
{
    Spread spread;
    for (const auto& timings : contender.timings) {
        for (const double seconds : secondsThatCount(timings)) {
            spread.least = std::min(spread.least, seconds);
            spread.most = std::max(spread.most, seconds);
        }
        spread.all += timings.size();
        spread.clean += static_cast<std::size_t>(std::ranges::count_if(timings, &Timing::isClean));
    }
    return spread;
}

double shareOfLimit(const Contender& contender, const Contender& limit)
{
    double least = 0;
    double taken = 0;
    for (std::size_t q = 0; q < std::min(contender.timings.size(), limit.limitSeconds.size()); ++q) {
        least += limit.limitSeconds[q];
        taken += contender.secondsOf(q);
    }
    return least / taken;
}

} // namespace

void Contender::add(const nlohmann::json& line, const nlohmann::json& scores)
{
    name = line.value("contender", name);
    peakRssMb = std::max(peakRssMb, line.value("peak_rss_mb", 0.0));
    const auto queries = std::max<std::size_t>(line.value("queries", std::size_t {1}), 1);
    timings.resize(std::max(timings.size(), queries));
    // A peer that gives no single timings counts as one clean timing of each query.
    const nlohmann::json single = nlohmann::json::array({{{"seconds", line.value("seconds_per_query", 0.0)}}});
    std::size_t next = 0;
    for (const nlohmann::json& timing : line.value("timings", single))
        timings[next++ % queries].push_back({timing.value("seconds", 0.0), timing.value("other_cores", 0.0)});
    if (margins.empty() && scores.is_array())
        margins = scores.get<std::vector<std::vector<double>>>();
    limitRate = std::max(limitRate, line.value("limit_flops_per_second", 0.0));
    if (line.contains("limit_seconds"))
        limitSeconds = line["limit_seconds"].get<std::vector<double>>();
}

double Contender::secondsOf(std::size_t query) const
{
    return median(secondsThatCount(timings[query]));
}

double Contender::secondsPerQuery() const
{
    double sum = 0;
    for (std::size_t q = 0; q < timings.size(); ++q)
        sum += secondsOf(q);
    return sum / static_cast<double>(timings.size());
}

double Contender::ratioTo(const Contender& other) const
{
    double mine = 0;
    double others = 0;
    for (std::size_t q = 0; q < std::min(timings.size(), other.timings.size()); ++q) {
        mine += secondsOf(q);
        others += other.secondsOf(q);
    }
    return mine / others;
}

std::optional<Agreement> agreementOf(const Contender& contender, const Contender& reference)
{
    const std::size_t queries = std::min(contender.margins.size(), reference.margins.size());
    if (queries == 0)
        return {};
    Agreement agreement;
    for (std::size_t q = 0; q < queries; ++q) {
        const auto& mine = contender.margins[q];
        const auto& right = reference.margins[q];
        if (mine.size() != right.size())
            return {};
        for (std::size_t i = 0; i < mine.size(); ++i)
            agreement.maxDifference = std::max(agreement.maxDifference, std::abs(mine[i] - right[i]));
        const double tau = tauOf(mine, right);
        agreement.tauMean += tau / static_cast<double>(queries);
        agreement.tauLeast = std::min(agreement.tauLeast, tau);
    }
    return agreement;
}

nlohmann::json tableLine(const Contender& contender, std::size_t candidates, const Contender* limit,
                         const Contender* reference)
{
    const Spread spread = spreadOf(contender);
    const double seconds = contender.secondsPerQuery();
    nlohmann::json line {{"contender", contender.name},
                         {"candidatesPerSecond", static_cast<double>(candidates) / seconds},
                         {"secondsPerQuery", seconds},
                         {"secondsLeast", spread.least},
                         {"secondsMost", spread.most},
                         {"cleanTimings", spread.clean},
                         {"timings", spread.all},
                         {"queries", contender.timings.size()},
                         {"peakRssMb", contender.peakRssMb},
                         {"shareOfGemmRate", nullptr}};
    if (limit != nullptr && !limit->limitSeconds.empty())
        line["shareOfGemmRate"] = shareOfLimit(contender, *limit);
    if (const auto agreement = reference != nullptr ? agreementOf(contender, *reference) : std::nullopt) {
        line["reference"] = reference->name;
        line["maxDifference"] = agreement->maxDifference;
        line["kendallTau"] = agreement->tauMean;
        line["kendallTauLeast"] = agreement->tauLeast;
    }
    return line;
}

} // namespace driftscope::app
