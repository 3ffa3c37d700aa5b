// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/metricscommand.h"

#include "app/commands/scoredrows.h"
#include "core/metrics/metricregistry.h"

#include <algorithm>
#include <iostream>

namespace driftscope::app {

namespace {

using nlohmann::json;

struct MetricsOptions {
    std::vector<std::int64_t> cutOffs {1, 5, 10};
    std::int64_t bins = 10;
};

/// Puts values into the answer and the reasons of those that have none under "undefined".
class MetricTable
{
public:
    explicit MetricTable(json& table)
        : m_table(&table)
    {
        table["undefined"] = json::object();
    }

    Result<metrics::MetricValue> add(const std::string& name, const std::string& spelling,
                                     const std::vector<const metrics::ScoredQuery*>& rows)
    {
        DRIFTSCOPE_TRY(const auto metric, metrics::makeMetric(spelling));
        metrics::MetricValue value = metric->compute(rows);
        (*m_table)[name] = value.value ? json(*value.value) : json();
        if (!value.value)
            (*m_table)["undefined"][name] = value.undefined;
        return value;
    }

    void explain(const std::string& name, const std::string& reason) { (*m_table)["undefined"][name] = reason; }

private:
    json* m_table;
};

Result<json> tableOf(const MetricsOptions& options, const ScoredRowReader& reader)
{
    const auto rows = metrics::pointersTo(reader.rows());
    const auto& ofUsers = reader.rowsWithUser();
    json table;
    table["n"] = std::ranges::count_if(rows, [](const auto* row) { return row->isPointwise; });
    table["lists"] = std::ranges::count_if(rows, [](const auto* row) { return !row->scores.empty(); });
    MetricTable values(table);
    for (const std::string name : {"auc", "logloss"})
        DRIFTSCOPE_CHECK(values.add(name, name, rows));
    DRIFTSCOPE_CHECK(values.add("ece", "ece@" + std::to_string(options.bins), rows));
    DRIFTSCOPE_TRY(const auto uauc, values.add("uauc", "uauc", ofUsers));
    DRIFTSCOPE_CHECK(values.add("gauc", "gauc", ofUsers));
    table["uaucUsers"] = uauc.users;
    table["uaucSkippedUsers"] = uauc.skippedUsers;
    const bool isUserless = !rows.empty() && ofUsers.empty();
    if (isUserless && table["n"] != 0)
        for (const std::string name : {"uauc", "gauc"})
            values.explain(name, "no row names a user");
    for (const std::int64_t k : options.cutOffs)
        for (const std::string id : {"hr", "recall", "precision", "ndcg", "map", "mrr"}) {
            const std::string name = id + "@" + std::to_string(k);
            DRIFTSCOPE_CHECK(values.add(name, name, rows));
        }
    DRIFTSCOPE_CHECK(values.add("mrr", "mrr", rows));
    return table;
}

Result<> runMetrics(const MetricsOptions& options, const JobContext& context)
{
    ScoredRowReader reader;
    DRIFTSCOPE_CHECK(reader.readAll(std::cin, context));
    DRIFTSCOPE_TRY(const json table, tableOf(options, reader));
    printJson(table);
    return {};
}

} // namespace

void addMetricsCommand(CommandLine& line)
{
    const auto options = std::make_shared<MetricsOptions>();
    CLI::App* const command =
        line.add("metrics", "Compute all metrics of scored rows (JSON lines on stdin)",
                 "printf '{\"user\":\"a\",\"label\":1,\"score\":2}\\n{\"user\":\"a\",\"label\":0,\"score\":-1}\\n'"
                 " | driftscope-cli metrics --k 1,5,10",
                 [options](const JobContext& context) { return runMetrics(*options, context); });
    command->add_option("--k", options->cutOffs, "Cut-offs of the ranking metrics, separated by commas")
        ->delimiter(',')
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--ece-bins", options->bins, "Bins of the calibration error")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
}

} // namespace driftscope::app
