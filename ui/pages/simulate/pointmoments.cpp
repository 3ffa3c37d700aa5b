// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/simulate/pointmoments.h"

namespace driftscope::ui {

namespace {

Result<std::vector<data::InteractionIndex>> momentsOf(const std::vector<simulate::QueryRecord>& records,
                                                      const simulate::Experiment& experiment, std::uint32_t arm,
                                                      const PlotPoint& point, const data::Dataset& dataset)
{
    std::vector<data::InteractionIndex> moments;
    const auto behind = simulate::recordsBehind(experiment, records, arm, point.metric.toStdString(), point.point);
    for (const simulate::QueryRecord* record : behind)
        if (const auto interaction = simulate::interactionOf(dataset, *record))
            moments.push_back(*interaction);
    if (moments.empty())
        return fail(ErrorCode::NotFound,
                    "The moments behind this point are not in the dataset that is open; open the one of the run.");
    return moments;
}

} // namespace

PointMoments::PointMoments(QObject* parent)
    : QObject(parent)
{
    connect(&m_job, &JobRunner::ended, this, [this](Outcome outcome, const QString& message) {
        if (outcome == Outcome::Failed)
            emit failed(message);
    });
}

void PointMoments::find(Records records, const simulate::Experiment& experiment, std::uint32_t arm,
                        const PlotPoint& point, std::shared_ptr<const data::Dataset> dataset)
{
    const bool isSame =
        point.metric == m_point.metric && point.arm == m_point.arm && point.point.at == m_point.point.at;
    m_position = isSame ? m_position + 1 : 0;
    m_point = point;
    m_job.run<std::vector<data::InteractionIndex>>(
        tr("Looking for the moments behind the point"),
        [records = std::move(records), experiment, arm, point, dataset = std::move(dataset)](const JobContext&) {
            return momentsOf(records(), experiment, arm, point, *dataset);
        },
        [this](Result<std::vector<data::InteractionIndex>> moments) {
            if (!moments)
                return;
            const int count = static_cast<int>(moments->size());
            // From the middle on: at the edges of a window moments are least like the others.
            const int at = (count / 2 + m_position) % count;
            emit found((*moments)[static_cast<std::size_t>(at)], at + 1, count);
        });
}

} // namespace driftscope::ui
