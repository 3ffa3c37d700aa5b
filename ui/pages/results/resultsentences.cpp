// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/results/resultsentences.h"

#include "core/metrics/metricregistry.h"
#include "ui/models/tables.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace driftscope::ui {

namespace {

/// What is said beside figures.
struct Sentences {
    Q_DECLARE_TR_FUNCTIONS(Sentences)
};

bool isHigherBetter(const std::string& spelling)
{
    const auto metric = metrics::makeMetric(spelling);
    return !metric || (*metric)->isHigherBetter();
}

/// "12 [8, 17]", "more than 25" where it is not reached in the time looked at.
QString eventsText(const metrics::Estimate& events, const metrics::RecoveryOptions& options)
{
    const auto text = [&options](double value) {
        return std::isinf(value) ? Sentences::tr("more than %1").arg(options.after - options.width)
                                 : QString::number(value);
    };
    return text(*events.value)
        + (events.interval ? QStringLiteral(" [%1, %2]").arg(text(events.interval->low), text(events.interval->high))
                           : QString());
}

QString recoveryText(const simulate::DriftMeasures& measures, std::size_t position)
{
    const auto& arm = measures.recovery.arms[position];
    const QString name = QString::fromStdString(measures.arms[position]);
    const QString metric = QString::fromStdString(metrics::metricTitle(measures.metric));
    if (!arm.area.value)
        return Sentences::tr("%1, %2: %3.").arg(name, metric, QString::fromStdString(arm.undefined));
    QString text = Sentences::tr("%1 loses %2 %3 events").arg(name).arg(*arm.area.value, 0, 'f', 2).arg(metric);
    if (arm.area.interval)
        text +=
            QStringLiteral(" [%1, %2]").arg(arm.area.interval->low, 0, 'f', 2).arg(arm.area.interval->high, 0, 'f', 2);
    if (!arm.events.value)
        return text + Sentences::tr("; %1.").arg(QString::fromStdString(arm.undefined));
    return text
        + Sentences::tr("; %1 % are back after %2 events; of the shifts one by one, %3 are, %4 are not in time.")
              .arg(100 * measures.question.recovery.share)
              .arg(eventsText(arm.events, measures.question.recovery))
              .arg(arm.recovered)
              .arg(arm.censored);
}

/// NDCG and HR first: they are what the curves show.
int importance(const std::string& metric)
{
    if (metric.starts_with("ndcg@10"))
        return 0;
    return metric.starts_with("hr@10") ? 1 : 2;
}

} // namespace

QStringList verdictSentences(const simulate::RunSummary& summary)
{
    QStringList sentences;
    auto paired = summary.paired;
    std::ranges::stable_sort(paired, {}, [](const auto& difference) { return importance(difference.metric); });
    for (const auto& difference : paired)
        sentences << verdict(difference, isHigherBetter(difference.metric));
    return sentences;
}

QStringList recoverySentences(const std::vector<simulate::DriftMeasures>& measures)
{
    QStringList sentences;
    for (const auto& one : measures)
        for (std::size_t arm = 0; arm < one.arms.size(); ++arm)
            sentences << recoveryText(one, arm);
    return sentences;
}

QStringList pairSentences(const ShownFigure& shown, ResultView view)
{
    if ((view != ResultView::Difference && view != ResultView::Users) || !shown.paired)
        return {};
    QStringList sentences {verdict(*shown.paired, isHigherBetter(shown.paired->metric))};
    if (shown.differentLists > 0)
        sentences << Sentences::tr(
            "At %n moment(s) the two had other candidates, so ranking differs by chance as well.", nullptr,
            static_cast<int>(shown.differentLists));
    if (view == ResultView::Users)
        sentences << shown.figure.caption;
    return sentences;
}

} // namespace driftscope::ui
