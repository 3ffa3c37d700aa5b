// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/papertable.h"

#include "core/metrics/metricregistry.h"
#include "core/simulate/texttable_p.h"

#include <algorithm>
#include <cstdio>

namespace driftscope::simulate {

namespace {

std::string fixed(double value, const char* format)
{
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string valueCell(const SummaryValue& value)
{
    if (!value.value)
        return "-";
    return decimals(*value.value) + (value.hasInterval ? " " + intervalText(value.low, value.high) : "");
}

std::vector<Row> metricRows(const RunSummary& summary)
{
    std::vector<Row> rows {{"metric", "n"}};
    for (const auto& arm : summary.arms)
        rows.front().push_back(arm.name);
    rows.front().push_back("random");
    for (const auto& id : summary.metricIds) {
        Row row {metrics::metricTitle(id), ""};
        std::size_t n = 0;
        for (const auto& arm : summary.arms) {
            const auto& value = arm.metrics.at(id);
            n = std::max(n, value.n);
            row.push_back(valueCell(value));
        }
        row[1] = grouped(static_cast<std::int64_t>(n));
        const auto random = summary.random.find(id);
        row.push_back(random == summary.random.end() ? "" : decimals(random->second));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<Row> costRows(const RunSummary& summary)
{
    std::vector<Row> rows {{"cost", "tokens", "computed", "seconds", "candidates/s", "trainings", "training seconds"}};
    for (const auto& arm : summary.arms)
        rows.push_back({arm.name, grouped(arm.cost.tokens), grouped(arm.cost.computedTokens),
                        fixed(arm.cost.seconds, "%.1f"), fixed(arm.cost.candidatesPerSecond, "%.1f"),
                        grouped(static_cast<std::int64_t>(arm.cost.updates.size())),
                        fixed(arm.cost.trainingSeconds(), "%.1f")});
    return rows;
}

std::string markdownCell(std::string text)
{
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
        text.insert(at, 1, '\\');
    return text;
}

std::string markdownTable(const std::vector<Row>& rows)
{
    std::string text;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const auto& cell : rows[i])
            text += "| " + markdownCell(cell) + ' ';
        text += "|\n";
        if (i > 0)
            continue;
        for (std::size_t column = 0; column < rows[i].size(); ++column)
            text += column == 0 ? "| --- " : "| ---: ";
        text += "|\n";
    }
    return text;
}

std::string latexTable(const std::vector<Row>& rows)
{
    std::string text = "\\begin{tabular}{l" + std::string(rows.front().size() - 1, 'r') + "}\n\\toprule\n";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t column = 0; column < rows[i].size(); ++column)
            text += (column == 0 ? "" : " & ") + latexText(rows[i][column]);
        text += " \\\\\n";
        if (i == 0)
            text += "\\midrule\n";
    }
    return text + "\\bottomrule\n\\end{tabular}\n";
}

} // namespace

std::string latexText(const std::string& text)
{
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("#$%&_{}").find(c) != std::string_view::npos)
            escaped += std::string("\\") + c;
        else if (c == '\\')
            escaped += "\\textbackslash{}";
        else if (c == '~')
            escaped += "\\textasciitilde{}";
        else if (c == '^')
            escaped += "\\textasciicircum{}";
        else
            escaped += c;
    }
    return escaped;
}

std::string toMarkdown(const RunSummary& summary, const std::string& caption)
{
    return markdownTable(metricRows(summary)) + "\n" + markdownTable(costRows(summary)) + "\n" + caption + "\n";
}

std::string toLatex(const RunSummary& summary, const std::string& caption)
{
    return "% needs \\usepackage{booktabs}\n\\begin{table}\n\\centering\n" + latexTable(metricRows(summary))
        + "\n\\medskip\n" + latexTable(costRows(summary)) + "\\caption{" + latexText(caption) + "}\n\\end{table}\n";
}

} // namespace driftscope::simulate
