// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/attentionplan.h"

#include "core/network/device.h"

#include <algorithm>
#include <numeric>

namespace driftscope::network {

namespace {

constexpr std::int64_t shortestBlock = 32; ///< shared segments below this are repeated, which costs less than a merge
constexpr std::int64_t longestRun = 192; ///< longer causal runs are cut, so that the masked half is not computed
constexpr std::int64_t shortestRun = 96; ///< shorter ones are computed side by side

/// A chain of segments below the last block that it attends to, as rows.
struct Path {
    std::vector<std::int64_t> rows;
    std::size_t firstOwn = 0; ///< rows before this one take their results from another path
};

class PlanBuilder
{
public:
    PlanBuilder(std::span<const TokenSegment> segments, AttentionPlan& plan, bool recordsGradients)
        : m_segments(segments)
        , m_plan(plan)
        , m_recordsGradients(recordsGradients)
        , m_isBlock(segments.size())
        , m_isTaken(segments.size())
    {
    }

    void build()
    {
        markBlocks();
        std::vector<Path> paths;
        for (std::size_t s = 0; s < m_segments.size(); ++s) {
            if (isPathEnd(s) && !m_segments[s].isCached())
                addPath(s, paths);
        }
        group(std::move(paths));
        for (std::size_t s = 0; s < m_segments.size(); ++s) {
            const TokenSegment& segment = m_segments[s];
            if (m_isBlock[s])
                m_plan.blocks.push_back(
                    {segment.begin, segment.end, segment.end, segment.subtreeEnd, segment.position, segment.cached});
        }
    }

private:
    // A segment is a block if it is long, or stands above one (then its descendants cannot hold a copy of it), or if
    // its keys are kept from before.
    void markBlocks()
    {
        for (std::size_t s = m_segments.size(); s-- > 0;) {
            const TokenSegment& segment = m_segments[s];
            m_isBlock[s] =
                segment.hasChildren() && (m_isBlock[s] || segment.isCached() || segment.length() >= shortestBlock);
            if (m_isBlock[s] && segment.parent >= 0)
                m_isBlock[static_cast<std::size_t>(segment.parent)] = true;
        }
    }

    // Paths end at leaves and at blocks.
    [[nodiscard]] bool isPathEnd(std::size_t s) const { return m_isBlock[s] || !m_segments[s].hasChildren(); }

    void appendRows(const TokenSegment& segment, std::vector<std::int64_t>& rows) const
    {
        for (std::int64_t row = segment.begin; row < segment.end; ++row)
            rows.push_back(row);
    }

    // The chain of segments down to `last`, from below the nearest block above it. The first path through a segment
    // computes its rows.
    Path pathTo(std::size_t last)
    {
        std::vector<std::size_t> chain {last};
        std::int64_t parent = m_segments[last].parent;
        while (parent >= 0 && !m_isBlock[static_cast<std::size_t>(parent)]) {
            chain.push_back(static_cast<std::size_t>(parent));
            parent = m_segments[static_cast<std::size_t>(parent)].parent;
        }
        Path path;
        for (auto s = chain.rbegin(); s != chain.rend(); ++s) {
            if (m_isTaken[*s])
                path.firstOwn += static_cast<std::size_t>(m_segments[*s].length());
            m_isTaken[*s] = true;
            appendRows(m_segments[*s], path.rows);
        }
        return path;
    }

    void addPath(std::size_t last, std::vector<Path>& paths)
    {
        Path path = pathTo(last);
        const auto length = static_cast<std::int64_t>(path.rows.size());
        const bool isContiguous = path.rows.back() - path.rows.front() + 1 == length;
        if (!m_recordsGradients && length >= shortestRun && isContiguous && path.firstOwn == 0)
            addRuns(path.rows.front(), path.rows.back() + 1);
        else
            paths.push_back(std::move(path));
    }

    // Cut into equal pieces; each attends to itself and, as a block, to the pieces before it.
    void addRuns(std::int64_t begin, std::int64_t end)
    {
        const std::int64_t pieces = (end - begin + longestRun - 1) / longestRun;
        for (std::int64_t piece = 0; piece < pieces; ++piece) {
            const std::int64_t from = begin + (end - begin) * piece / pieces;
            const std::int64_t to = begin + (end - begin) * (piece + 1) / pieces;
            m_plan.runs.push_back({from, to});
            if (piece > 0)
                m_plan.blocks.push_back({begin, from, from, to, m_plan.positions[static_cast<std::size_t>(begin)]});
        }
    }

    // Paths of similar length side by side: at most a quarter more than the longest's share is filled up.
    void group(std::vector<Path> paths)
    {
        std::stable_sort(paths.begin(), paths.end(),
                         [](const Path& a, const Path& b) { return a.rows.size() > b.rows.size(); });
        constexpr std::size_t mostRows = 4096; // bounds the memory of the copies
        std::size_t begin = 0;
        while (begin < paths.size()) {
            const std::size_t longest = paths[begin].rows.size();
            std::size_t end = begin + 1;
            while (end < paths.size() && paths[end].rows.size() * 3 + 24 >= longest * 2
                   && (end - begin + 1) * longest <= mostRows)
                ++end;
            m_plan.groups.push_back(makeGroup({paths.data() + begin, end - begin}));
            begin = end;
        }
    }

    static PathGroup makeGroup(std::span<const Path> paths)
    {
        PathGroup group;
        group.paths = static_cast<std::int64_t>(paths.size());
        group.length = static_cast<std::int64_t>(paths.front().rows.size());
        for (std::size_t p = 0; p < paths.size(); ++p) {
            const Path& path = paths[p];
            for (std::size_t i = path.firstOwn; i < path.rows.size(); ++i)
                group.slots.push_back({static_cast<std::int64_t>(p), static_cast<std::int64_t>(i), path.rows[i]});
            group.rows.insert(group.rows.end(), path.rows.begin(), path.rows.end());
            group.rows.resize((p + 1) * static_cast<std::size_t>(group.length), path.rows.back());
        }
        return group;
    }

    std::span<const TokenSegment> m_segments;
    AttentionPlan& m_plan;
    bool m_recordsGradients;
    std::vector<bool> m_isBlock;
    std::vector<bool> m_isTaken;
};

void putIndicesOn(at::Device device, PathGroup& group)
{
    std::vector<std::int64_t> slots;
    std::vector<std::int64_t> targets;
    for (const PathGroup::Slot& slot : group.slots) {
        slots.push_back(slot.path * group.length + slot.offset);
        targets.push_back(slot.row);
    }
    group.rowIndex = onDevice(group.rows, device);
    group.slotIndex = onDevice(slots, device);
    group.targetIndex = onDevice(targets, device);
}

} // namespace

std::int64_t longestPrompt(std::span<const TokenSegment> segments)
{
    std::int64_t longest = 0;
    for (const TokenSegment& segment : segments)
        longest = std::max(longest, segment.position + segment.length());
    return longest;
}

AttentionPlan AttentionPlan::make(std::span<const TokenSegment> segments, at::Device device, bool recordsGradients)
{
    AttentionPlan plan;
    plan.longest = longestPrompt(segments);
    for (const TokenSegment& segment : segments) {
        for (std::int64_t i = 0; i < segment.length(); ++i)
            plan.positions.push_back(segment.position + i);
    }
    PlanBuilder(segments, plan, recordsGradients).build();
    if (!device.is_cpu() || recordsGradients) {
        for (PathGroup& group : plan.groups)
            putIndicesOn(device, group);
    }
    return plan;
}

} // namespace driftscope::network
