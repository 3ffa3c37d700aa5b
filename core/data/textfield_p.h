// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace driftscope::data {

/// Without blanks (space, tab) at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// The parts of `text` between separators, appended to an emptied `parts`.
void splitInto(std::vector<std::string_view>& parts, std::string_view text, std::string_view separator);

/// What makes a whole row unreadable whatever its columns mean: ControlCharacter (below space but for tab, and DEL),
/// InvalidUtf8; nothing if it is clean.
[[nodiscard]] std::optional<ErrorCode> findBadText(std::string_view row);

/// UTF-8 of ISO-8859-1 text.
[[nodiscard]] std::string fromLatin1(std::string_view bytes);

/// A row for a report: at most 120 characters, control characters and bytes that are not UTF-8 written as \xNN.
[[nodiscard]] std::string shownRow(std::string_view row);

/// A finite rating; the whole field must be a number with a decimal point.
///
/// @retval ErrorCode::BadNumber  anything else, also nan, inf and what does not fit a float.
[[nodiscard]] tl::expected<float, ErrorCode> parseRating(std::string_view field);

/// A time as it stands in the source: a number of a unit that is not known yet, or a date.
struct SourceTime {
    std::int64_t value = 0; ///< seconds if isDate
    bool isDate = false;
};

/// @retval ErrorCode::BadNumber  neither a number that fits 64 bits nor date-like.
/// @retval ErrorCode::BadTime    before 1970, or a date that does not exist.
[[nodiscard]] tl::expected<SourceTime, ErrorCode> parseSourceTime(std::string_view field);

/// "The Matrix (1999)" for "Matrix, The (1999)"; also A and An.
[[nodiscard]] std::string readableTitle(std::string_view title);

/// "1999" for "The Matrix (1999)"; empty if the title does not end so.
[[nodiscard]] std::string_view yearOfTitle(std::string_view title);

/// "Action, Sci-Fi" for "Action|Sci-Fi"; empty for "(no genres listed)".
[[nodiscard]] std::string readableList(std::string_view values, char separator);

} // namespace driftscope::data
