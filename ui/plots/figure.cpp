// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/figure.h"

#include "core/base/simtime.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace driftscope::ui {

namespace {

constexpr double firstCalendarValue = 1e8; // 1973 as Unix seconds

QByteArray quoted(QString text)
{
    if (!text.contains(QLatin1Char(',')) && !text.contains(QLatin1Char('"')) && !text.contains(QLatin1Char('\n')))
        return text.toUtf8();
    return '"' + text.replace(QLatin1String("\""), QLatin1String("\"\"")).toUtf8() + '"';
}

QByteArray number(double value)
{
    return QByteArray::number(value, 'g', 17);
}

QByteArray csvRow(const FigurePanel& panel, const simulate::Curve& curve, const simulate::CurvePoint& point,
                  bool isCalendar)
{
    const auto at = isCalendar ? QByteArray::fromStdString(formatTime(fromUnix(static_cast<std::int64_t>(point.at))))
                               : number(point.at);
    QByteArray row = quoted(panel.metric) + ',' + quoted(QString::fromStdString(curve.arm)) + ',' + at + ',';
    row += (point.value ? number(*point.value) : QByteArray()) + ',';
    const bool hasBand = point.value && point.hasBand;
    row += hasBand ? number(point.low) + ',' + number(point.high) : QByteArray(",");
    row += ',' + QByteArray::number(static_cast<qulonglong>(point.n)) + ',';
    return row + (panel.random ? number(*panel.random) : QByteArray()) + '\n';
}

QByteArray userCsv(const Figure& figure)
{
    QByteArray csv = "metric,user";
    for (const QString& arm : figure.arms)
        csv += ',' + quoted(arm);
    csv += ",n\n";
    for (const auto& panel : figure.panels)
        for (const auto& user : panel.users)
            csv += quoted(panel.metric) + ',' + QByteArray::number(user.user) + ',' + number(user.a) + ','
                + number(user.b) + ',' + QByteArray::number(static_cast<qulonglong>(user.n)) + '\n';
    return csv;
}

QByteArray axisColumn(const Figure& figure)
{
    if (figure.axis == FigureAxis::Users)
        return "users";
    if (figure.axis == FigureAxis::SinceShift)
        return "since_shift";
    if (figure.axis == FigureAxis::Lag)
        return "lag";
    return figure.isCalendar ? "time" : "event_index";
}

void addCurve(Figure& figure, const simulate::Curve& curve, const simulate::RunSummary& summary)
{
    const QString metric = QString::fromStdString(curve.metric);
    auto panel = std::ranges::find(figure.panels, metric, &FigurePanel::metric);
    if (panel == figure.panels.end()) {
        panel = figure.panels.insert(figure.panels.end(), FigurePanel {metric, {}, {}});
        if (const auto random = summary.random.find(curve.metric); random != summary.random.end())
            panel->random = random->second;
    }
    panel->curves.push_back(curve);
    const QString arm = QString::fromStdString(curve.arm);
    if (std::ranges::find(figure.arms, arm) == figure.arms.end())
        figure.arms.push_back(arm);
    for (const auto& point : curve.points)
        figure.isCalendar = figure.isCalendar || (figure.axis == FigureAxis::Time && point.at >= firstCalendarValue);
}

} // namespace

bool Figure::hasPoints() const
{
    return std::ranges::any_of(panels, [](const FigurePanel& panel) {
        return !panel.users.empty() || std::ranges::any_of(panel.curves, [](const simulate::Curve& curve) {
            return std::ranges::any_of(curve.points, [](const auto& point) { return point.value.has_value(); });
        });
    });
}

Figure makeFigure(std::span<const simulate::Curve> curves, const simulate::RunSummary& summary,
                  std::span<const std::string> metricIds, const QString& caption, FigureAxis axis)
{
    Figure figure;
    figure.caption = caption;
    figure.axis = axis;
    if (axis != FigureAxis::Lag)
        for (const auto& arm : summary.arms)
            figure.arms.push_back(QString::fromStdString(arm.name));
    if (metricIds.empty())
        for (const auto& curve : curves)
            addCurve(figure, curve, summary);
    for (const auto& id : metricIds)
        for (const auto& curve : curves)
            if (curve.metric == id)
                addCurve(figure, curve, summary);
    return figure;
}

QString metricTitle(const QString& id)
{
    static const std::array<std::pair<QLatin1String, QLatin1String>, 3> words {
        {{QLatin1String("logloss"), QLatin1String("log loss")},
         {QLatin1String("recall"), QLatin1String("Recall")},
         {QLatin1String("precision"), QLatin1String("Precision")}}};
    for (const auto& [plain, title] : words)
        if (id.startsWith(plain))
            return title + id.mid(plain.size());
    return id.toUpper();
}

QString valueLabel(const Figure& figure, const FigurePanel& panel)
{
    const QString metric = metricTitle(panel.metric);
    if (figure.axis == FigureAxis::Users)
        return metric + QStringLiteral(": ") + (figure.arms.size() > 1 ? figure.arms[1] : QString());
    return figure.isDifference ? QCoreApplication::translate("Figure", "difference in %1").arg(metric) : metric;
}

QString axisLabel(const Figure& figure)
{
    if (figure.axis == FigureAxis::Users && !figure.arms.empty() && !figure.panels.empty())
        return metricTitle(figure.panels.front().metric) + QStringLiteral(": ") + figure.arms.front();
    if (figure.axis == FigureAxis::SinceShift)
        return QCoreApplication::translate("Figure", "events since the shift of taste");
    if (figure.axis == FigureAxis::Lag)
        return QCoreApplication::translate("Figure", "lag of the context (%1)").arg(figure.unit);
    return figure.isCalendar ? QCoreApplication::translate("Figure", "simulated time")
                             : QCoreApplication::translate("Figure", "simulated time (events of the user so far)");
}

QByteArray figureCsv(const Figure& figure)
{
    if (figure.axis == FigureAxis::Users)
        return userCsv(figure);
    QByteArray csv = "metric,arm," + axisColumn(figure) + ",value,low,high,n,random\n";
    for (const auto& panel : figure.panels)
        for (const auto& curve : panel.curves)
            for (const auto& point : curve.points)
                csv += csvRow(panel, curve, point, figure.isCalendar);
    return csv;
}

QByteArray figureJson(const Figure& figure)
{
    using nlohmann::json;
    const auto optional = [](bool isKnown, double value) { return isKnown ? json(value) : json(); };
    json panels = json::array();
    for (const auto& panel : figure.panels) {
        json curves = json::array();
        for (const auto& curve : panel.curves) {
            json points = json::array();
            for (const auto& point : curve.points) {
                const bool hasBand = point.value && point.hasBand;
                points.push_back({{"at", point.at},
                                  {"value", optional(point.value.has_value(), point.value.value_or(0))},
                                  {"low", optional(hasBand, point.low)},
                                  {"high", optional(hasBand, point.high)},
                                  {"n", point.n}});
            }
            curves.push_back({{"arm", curve.arm}, {"points", std::move(points)}});
        }
        json users = json::array();
        for (const auto& user : panel.users)
            users.push_back({{"user", user.user}, {"x", user.a}, {"y", user.b}, {"n", user.n}});
        panels.push_back({{"metric", panel.metric.toStdString()},
                          {"random", optional(panel.random.has_value(), panel.random.value_or(0))},
                          {"curves", std::move(curves)},
                          {"users", std::move(users)}});
    }
    json arms = json::array();
    for (const QString& arm : figure.arms)
        arms.push_back(arm.toStdString());
    const json whole {{"caption", figure.caption.toStdString()},
                      {"axis", axisColumn(figure).toStdString()},
                      {"isDifference", figure.isDifference},
                      {"arms", std::move(arms)},
                      {"panels", std::move(panels)}};
    return QByteArray::fromStdString(whole.dump(2, ' ', false, json::error_handler_t::replace)) + '\n';
}

} // namespace driftscope::ui
