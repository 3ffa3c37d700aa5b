// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/thincurve.h"

#include <algorithm>

namespace driftscope::ui {

namespace {

using simulate::CurvePoint;

/// The points of one pixel as one or two.
void addPixel(std::span<const CurvePoint> points, std::vector<CurvePoint>& thin)
{
    const CurvePoint* least = nullptr;
    const CurvePoint* most = nullptr;
    CurvePoint all {.at = points.front().at};
    for (const CurvePoint& point : points) {
        all.n = std::max(all.n, point.n);
        if (!point.value)
            continue;
        if (!least || *point.value < *least->value)
            least = &point;
        if (!most || *point.value > *most->value)
            most = &point;
        if (!point.hasBand)
            continue;
        all.low = all.hasBand ? std::min(all.low, point.low) : point.low;
        all.high = all.hasBand ? std::max(all.high, point.high) : point.high;
        all.hasBand = true;
    }
    if (!least) {
        thin.push_back(all);
        return;
    }
    for (const CurvePoint* kept : {std::min(least, most), std::max(least, most)}) {
        if (!thin.empty() && thin.back().at == kept->at)
            continue;
        thin.push_back(all);
        thin.back().at = kept->at;
        thin.back().value = kept->value;
    }
}

} // namespace

std::vector<CurvePoint> thinCurve(std::span<const CurvePoint> points, double lower, double upper, int pixels)
{
    auto first = std::ranges::lower_bound(points, lower, {}, &CurvePoint::at);
    auto last = std::ranges::upper_bound(points, upper, {}, &CurvePoint::at);
    first -= first == points.begin() ? 0 : 1; // the line goes on to what is just out of sight
    last += last == points.end() ? 0 : 1;
    const auto count = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, last - first));
    if (count <= 2 * static_cast<std::size_t>(std::max(1, pixels)) || upper <= lower)
        return {first, last};
    std::vector<CurvePoint> thin;
    thin.reserve(2 * static_cast<std::size_t>(pixels) + 4);
    const double width = (upper - lower) / pixels;
    while (first != last) {
        const double end = lower + width * (static_cast<double>(static_cast<long>((first->at - lower) / width)) + 1);
        auto next = first + 1;
        while (next != last && next->at < end)
            ++next;
        addPixel({first, next}, thin);
        first = next;
    }
    return thin;
}

} // namespace driftscope::ui
