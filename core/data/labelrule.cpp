// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/labelrule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace driftscope::data {

namespace {

std::string withoutSpaces(std::string_view text)
{
    std::string compact(text);
    std::erase_if(compact, [](char c) { return c == ' ' || c == '\t'; });
    return compact;
}

std::vector<std::uint8_t> aboveUserMean(const Dataset& dataset)
{
    float lowest = dataset.rating(0);
    float highest = lowest;
    for (InteractionIndex i = 0; i < dataset.size(); ++i) {
        lowest = std::min(lowest, dataset.rating(i));
        highest = std::max(highest, dataset.rating(i));
    }
    const double middle = (static_cast<double>(lowest) + static_cast<double>(highest)) / 2;
    std::vector<std::uint8_t> labels(dataset.size());
    for (UserIndex user = 0; user < dataset.userCount(); ++user) {
        double sum = 0;
        std::size_t count = 0;
        for (const InteractionIndex i : dataset.ofUser(user)) {
            const auto rating = static_cast<double>(dataset.rating(i));
            labels[i] = rating > (count == 0 ? middle : sum / static_cast<double>(count)) ? 1 : 0;
            sum += rating;
            ++count;
        }
    }
    return labels;
}

} // namespace

Result<LabelRule> LabelRule::parse(std::string_view text)
{
    const std::string compact = withoutSpaces(text);
    LabelRule rule;
    if (compact == "implicit") {
        rule.m_kind = Kind::Implicit;
        return rule;
    }
    if (compact == "user-mean") {
        rule.m_kind = Kind::UserMean;
        return rule;
    }
    constexpr std::string_view threshold = "rating>=";
    if (compact.starts_with(threshold)) {
        const char* const end = compact.data() + compact.size();
        const auto [stop, error] = std::from_chars(compact.data() + threshold.size(), end, rule.m_threshold);
        if (error == std::errc() && stop == end && std::isfinite(rule.m_threshold))
            return rule;
    }
    return fail(ErrorCode::BadValue,
                "The label rule '" + std::string(text) + "' is unknown; write rating>=NUMBER, user-mean or implicit.");
}

LabelRule LabelRule::defaultFor(RatingKind kind)
{
    LabelRule rule;
    rule.m_kind = kind == RatingKind::None ? Kind::Implicit : Kind::Threshold;
    rule.m_threshold = kind == RatingKind::Label ? 1 : 4;
    return rule;
}

std::string LabelRule::text() const
{
    if (m_kind == Kind::Implicit)
        return "implicit";
    if (m_kind == Kind::UserMean)
        return "user-mean";
    std::array<char, 32> digits {};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), m_threshold);
    return "rating>=" + std::string(digits.data(), written.ptr);
}

std::vector<std::uint8_t> LabelRule::apply(const Dataset& dataset) const
{
    if (m_kind == Kind::UserMean)
        return aboveUserMean(dataset);
    std::vector<std::uint8_t> labels(dataset.size(), 1);
    if (m_kind == Kind::Threshold)
        for (InteractionIndex i = 0; i < dataset.size(); ++i)
            labels[i] = static_cast<double>(dataset.rating(i)) >= m_threshold ? 1 : 0;
    return labels;
}

LabelCounts countLabels(const Dataset& dataset, const LabelRule& rule)
{
    const std::vector<std::uint8_t> labels = rule.apply(dataset);
    LabelCounts counts;
    for (UserIndex user = 0; user < dataset.userCount(); ++user) {
        const auto events = dataset.ofUser(user);
        const auto liked = static_cast<std::uint64_t>(
            std::ranges::count_if(events, [&](InteractionIndex event) { return labels[event] != 0; }));
        counts.liked += liked;
        counts.disliked += events.size() - liked;
        counts.usersWithBothLabels += liked > 0 && liked < events.size() ? 1 : 0;
    }
    return counts;
}

} // namespace driftscope::data
