// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/traininglog.h"

#include "core/base/textfile.h"

#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace driftscope::tuning {

namespace {

std::optional<double> optionalNumber(const nlohmann::json& line, const char* name)
{
    const auto found = line.find(name);
    return found == line.end() || !found->is_number() ? std::nullopt : std::optional<double>(found->get<double>());
}

double number(const nlohmann::json& line, const char* name)
{
    return optionalNumber(line, name).value_or(0);
}

} // namespace

nlohmann::json trainingLogLine(const StepReport& report)
{
    nlohmann::json line {{"step", report.step},
                         {"answerLoss", report.answerLoss},
                         {"learningRate", report.learningRate},
                         {"gradientNorm", report.gradientNorm},
                         {"tokens", report.tokens},
                         {"seconds", report.seconds}};
    if (report.textLoss)
        line["textLoss"] = *report.textLoss;
    if (report.auc)
        line["auc"] = *report.auc;
    if (report.validationLoss)
        line["validationLoss"] = *report.validationLoss;
    if (report.isBest)
        line["best"] = true;
    return line;
}

Result<std::vector<StepReport>> readTrainingLog(const std::filesystem::path& path)
{
    constexpr std::uintmax_t largestFile = 1U << 30U;
    DRIFTSCOPE_TRY(const std::string text, readFile(path, largestFile));
    std::istringstream lines(text);
    std::vector<StepReport> reports;
    for (std::string line; std::getline(lines, line);) {
        const auto json = nlohmann::json::parse(line, nullptr, false);
        if (!json.is_object())
            break;
        StepReport report;
        report.step = static_cast<std::int64_t>(number(json, "step"));
        report.answerLoss = number(json, "answerLoss");
        report.textLoss = optionalNumber(json, "textLoss");
        report.learningRate = number(json, "learningRate");
        report.gradientNorm = number(json, "gradientNorm");
        report.tokens = static_cast<std::int64_t>(number(json, "tokens"));
        report.seconds = number(json, "seconds");
        report.auc = optionalNumber(json, "auc");
        report.validationLoss = optionalNumber(json, "validationLoss");
        report.isBest = json.contains("best");
        reports.push_back(report);
    }
    return reports;
}

Result<> cutTrainingLog(const std::filesystem::path& path, std::int64_t steps)
{
    std::string kept;
    std::ifstream log(path);
    std::string line;
    for (std::int64_t step = 0; step < steps && std::getline(log, line); ++step)
        kept += line + "\n";
    return writeFile(path, kept);
}

} // namespace driftscope::tuning
