// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/drifttruth.h"
#include "core/data/userhistory.h"
#include "core/metrics/shiftalignment.h"
#include "core/simulate/experiment.h"
#include "core/simulate/recordsink.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace driftscope::simulate {

/// The shifts of users' tastes that a run's records are aligned at: planted ones from the truth, or detected ones. A
/// run's manifest holds the planted ones of its users, so that they are known without the data.
class ShiftTable
{
public:
    struct Shift {
        std::uint32_t user = 0;
        std::int64_t event = 0; ///< events of the user before it
        std::string kind; ///< "abrupt", "gradual", "recurring", "detected"
        bool isSwap = false;

        bool operator==(const Shift&) const = default;
    };

    ShiftTable() = default;
    [[nodiscard]] static ShiftTable ofTruth(const data::DriftTruth& truth);
    /// As data::detectShifts().
    [[nodiscard]] static Result<ShiftTable> detected(const data::UserHistory& history, std::uint64_t seed,
                                                     const JobContext& context);
    /// The part "shifts" of a run's manifest; empty if it has none.
    ///
    /// @retval ErrorCode::Inconsistent  it cannot be read.
    [[nodiscard]] static Result<ShiftTable> ofManifest(const nlohmann::json& manifest);

    [[nodiscard]] bool isEmpty() const { return m_shifts.empty(); }
    /// Ascending by user and event.
    [[nodiscard]] std::span<const Shift> shifts() const { return m_shifts; }
    [[nodiscard]] ShiftTable ofUsers(const std::set<std::uint32_t>& users) const;
    /// The shifts as metrics align to them, in the order of shifts(); those of other kinds only end the time of their
    /// neighbours.
    [[nodiscard]] std::vector<metrics::UserShift> aligned(Experiment::ShiftFilter kind) const;
    /// True if the user's event lies in the window around the shift before it, or the one after it.
    [[nodiscard]] bool isNear(const Experiment::ShiftWindow& window, std::uint32_t user, std::int64_t event) const;
    /// The records whose moments lie in the window; all if it is of no kind.
    [[nodiscard]] std::vector<QueryRecord> recordsNear(const Experiment::ShiftWindow& window,
                                                       std::span<const QueryRecord> records) const;
    [[nodiscard]] nlohmann::json toJson() const;

private:
    void sort();

    std::vector<Shift> m_shifts;
};

/// "abrupt": the spelling of experiment files.
[[nodiscard]] std::string_view filterName(Experiment::ShiftFilter kind);
/// @retval ErrorCode::UnknownName  the message lists the known ones.
[[nodiscard]] Result<Experiment::ShiftFilter> filterOf(std::string_view name);
/// "8 to 12 events after an abrupt shift"
[[nodiscard]] std::string windowText(const Experiment::ShiftWindow& window);

} // namespace driftscope::simulate
