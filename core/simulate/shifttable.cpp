// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/shifttable.h"

#include "core/data/shiftdetector.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

namespace driftscope::simulate {

namespace {

using nlohmann::json;
using Filter = Experiment::ShiftFilter;

constexpr std::array<std::pair<Filter, std::string_view>, 6> filterNames {{{Filter::None, "none"},
                                                                           {Filter::Any, "any"},
                                                                           {Filter::Abrupt, "abrupt"},
                                                                           {Filter::Gradual, "gradual"},
                                                                           {Filter::Recurring, "recurring"},
                                                                           {Filter::Swap, "swap"}}};

constexpr const char* detectedKind = "detected";

/// A detected shift is of every kind: nobody knows which.
bool isOfKind(Filter wanted, const ShiftTable::Shift& shift)
{
    if (wanted == Filter::None || wanted == Filter::Any || shift.kind == detectedKind)
        return true;
    return wanted == Filter::Swap ? shift.isSwap : shift.kind == filterName(wanted);
}

std::tuple<std::uint32_t, std::int64_t> placeOf(const ShiftTable::Shift& shift)
{
    return {shift.user, shift.event};
}

} // namespace

ShiftTable ShiftTable::ofTruth(const data::DriftTruth& truth)
{
    ShiftTable table;
    for (std::uint32_t user = 0; user < truth.users.size(); ++user)
        for (const data::TasteShift& shift : truth.users[user].shifts)
            table.m_shifts.push_back(
                {user, static_cast<std::int64_t>(shift.event), std::string(data::shiftName(shift.kind)), shift.isSwap});
    table.sort();
    return table;
}

Result<ShiftTable> ShiftTable::detected(const data::UserHistory& history, std::uint64_t seed, const JobContext& context)
{
    data::ShiftDetection detection;
    detection.seed = seed;
    DRIFTSCOPE_TRY(const auto found, data::detectShifts(history, detection, context));
    ShiftTable table;
    for (const data::DetectedShift& shift : found)
        table.m_shifts.push_back({shift.user, static_cast<std::int64_t>(shift.event), detectedKind, false});
    table.sort();
    return table;
}

Result<ShiftTable> ShiftTable::ofManifest(const json& manifest)
{
    ShiftTable table;
    if (!manifest.is_object() || !manifest.contains("shifts"))
        return table;
    try {
        for (const json& entry : manifest["shifts"])
            table.m_shifts.push_back({entry.at(0).get<std::uint32_t>(), entry.at(1).get<std::int64_t>(),
                                      entry.at(2).get<std::string>(), entry.at(3).get<bool>()});
    } catch (const json::exception& error) {
        return fail(ErrorCode::Inconsistent,
                    std::string("The run's manifest names shifts that cannot be read (") + error.what()
                        + "); run the experiment again.");
    }
    table.sort();
    return table;
}

ShiftTable ShiftTable::ofUsers(const std::set<std::uint32_t>& users) const
{
    ShiftTable table;
    std::ranges::copy_if(m_shifts, std::back_inserter(table.m_shifts),
                         [&users](const Shift& shift) { return users.contains(shift.user); });
    return table;
}

std::vector<metrics::UserShift> ShiftTable::aligned(Filter kind) const
{
    std::vector<metrics::UserShift> aligned;
    for (const Shift& shift : m_shifts)
        aligned.push_back({shift.user, shift.event, isOfKind(kind, shift)});
    return aligned;
}

bool ShiftTable::isNear(const Experiment::ShiftWindow& window, std::uint32_t user, std::int64_t event) const
{
    const auto next = std::ranges::upper_bound(m_shifts, std::tuple(user, event), {}, placeOf);
    const auto isInside = [&](const Shift& shift) {
        const std::int64_t after = event - shift.event;
        return shift.user == user && isOfKind(window.kind, shift) && after >= window.from && after <= window.to;
    };
    return (next != m_shifts.begin() && isInside(*std::prev(next))) || (next != m_shifts.end() && isInside(*next));
}

std::vector<QueryRecord> ShiftTable::recordsNear(const Experiment::ShiftWindow& window,
                                                 std::span<const QueryRecord> records) const
{
    std::vector<QueryRecord> near;
    std::ranges::copy_if(records, std::back_inserter(near), [&](const QueryRecord& record) {
        return window.kind == Filter::None || isNear(window, record.user, record.eventIndex);
    });
    return near;
}

json ShiftTable::toJson() const
{
    json list = json::array();
    for (const Shift& shift : m_shifts)
        list.push_back({shift.user, shift.event, shift.kind, shift.isSwap});
    return list;
}

void ShiftTable::sort()
{
    std::ranges::stable_sort(m_shifts, {}, placeOf);
}

std::string_view filterName(Filter kind)
{
    return std::ranges::find(filterNames, kind, &std::pair<Filter, std::string_view>::first)->second;
}

Result<Filter> filterOf(std::string_view name)
{
    std::string known;
    for (const auto& [kind, spelling] : filterNames) {
        if (spelling == name)
            return kind;
        known += (known.empty() ? "" : ", ") + std::string(spelling);
    }
    return fail(ErrorCode::UnknownName,
                "There is no kind of shift '" + std::string(name) + "'. Known kinds: " + known + ".");
}

std::string windowText(const Experiment::ShiftWindow& window)
{
    const std::string kind =
        window.kind == Filter::Any || window.kind == Filter::None ? "" : std::string(filterName(window.kind)) + " ";
    const std::string article = window.kind == Filter::Abrupt ? "an " : "a ";
    return std::to_string(window.from) + " to " + std::to_string(window.to) + " events after " + article + kind
        + "shift";
}

} // namespace driftscope::simulate
