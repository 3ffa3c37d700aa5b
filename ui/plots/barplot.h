// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

class QCustomPlot;

namespace driftscope::ui {

/// A bar of a BarPlot.
struct PlotBar {
    double start = 0; ///< Unix seconds; of a named bar nothing
    double value = 0;
    double part = 0; ///< the share of `value` that is drawn apart
};

/// What a BarPlot shows: bars over time, or bars with names.
struct BarChart {
    std::vector<PlotBar> bars {};
    double seconds = 0; ///< width of a bar over time
    QStringList names {}; ///< one a bar; empty = bars over time
    QString nameLabel {}; ///< what the names are
    QString valueLabel {}; ///< what the bars count
    QString partName {}; ///< for the legend; empty = no part is drawn apart
    QString restName {};

    /// A line a bar: its time (UTC) or name, its value and its part, blank-separated by tabs.
    [[nodiscard]] QString toText() const;
};

/// Bars with counts: how a dataset is spread over its time, its users, its ratings.
class BarPlot : public QWidget
{
    Q_OBJECT

public:
    explicit BarPlot(QWidget* parent = nullptr);
    void setChart(BarChart chart);
    [[nodiscard]] const BarChart& chart() const { return m_chart; }

    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 130}; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void draw();
    void drawTimeAxis();
    void drawNames();

    BarChart m_chart;
    QCustomPlot* m_plot;
};

} // namespace driftscope::ui
