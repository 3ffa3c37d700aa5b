// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rowreport.h"

#include <algorithm>
#include <map>

namespace driftscope::data {

void RowReport::add(RowProblem problem)
{
    std::uint64_t& count = problem.problem == ErrorCode::Duplicate ? duplicates : badRows;
    ++count;
    if (count <= maxListed)
        problems.push_back(std::move(problem));
}

std::string_view whyLeftOut(ErrorCode problem)
{
    switch (problem) {
    case ErrorCode::BadNumber:
        return "the rating or the time is no number";
    case ErrorCode::BadTime:
        return "the time is no date between 1970 and 9999";
    case ErrorCode::ColumnCount:
        return "it has more or fewer columns than the first line";
    case ErrorCode::ControlCharacter:
        return "it holds control characters, as binary files do";
    case ErrorCode::InvalidUtf8:
        return "it is not UTF-8 text";
    case ErrorCode::Duplicate:
        return "an earlier row has the same user and item";
    case ErrorCode::LineTooLong:
        return "it is longer than a row of interactions can be";
    case ErrorCode::MissingValue:
        return "the user, the item, the rating or the time is empty";
    case ErrorCode::UnterminatedQuote:
        return "a quote is not closed";
    case ErrorCode::TooLarge:
        return "it stands too far down in the file";
    default:
        return errorName(problem);
    }
}

std::vector<std::pair<ErrorCode, std::uint64_t>> problemCounts(const RowReport& report)
{
    std::map<ErrorCode, std::uint64_t> counts;
    for (const RowProblem& problem : report.problems)
        ++counts[problem.problem];
    std::vector<std::pair<ErrorCode, std::uint64_t>> sorted(counts.begin(), counts.end());
    std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second > b.second; });
    return sorted;
}

namespace {

std::string quoted(std::string_view field)
{
    if (field.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(field);
    std::string text = "\"";
    for (const char c : field)
        text.append(c == '"' ? 2 : 1, c);
    return text + '"';
}

} // namespace

std::string toCsv(const RowReport& report)
{
    std::string text = "file,line,problem,why,text\n";
    for (const RowProblem& problem : report.problems) {
        text += quoted(problem.file) + ',' + std::to_string(problem.line) + ',';
        text += std::string(errorName(problem.problem)) + ',' + quoted(whyLeftOut(problem.problem)) + ',';
        text += quoted(problem.text) + '\n';
    }
    return text;
}

} // namespace driftscope::data
