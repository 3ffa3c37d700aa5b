// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <vector>

class QCustomPlot;

namespace driftscope::ui {

/// A bar of the PeriodPlot.
struct PeriodBar {
    double start = 0; ///< Unix seconds
    double count = 0;
    double coldCount = 0; ///< the part of `count` that is drawn apart
};

/// How many events a dataset has in each period of its time, and how many of them are about items not seen before.
class PeriodPlot : public QWidget
{
    Q_OBJECT

public:
    explicit PeriodPlot(QWidget* parent = nullptr);
    /// @param periodSeconds  width of a bar.
    /// @param periodName     "week", for the axis.
    void setBars(std::vector<PeriodBar> bars, double periodSeconds, const QString& periodName);

    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 130}; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void draw();

    std::vector<PeriodBar> m_bars;
    double m_periodSeconds = 86'400;
    QString m_periodName;
    QCustomPlot* m_plot;
};

} // namespace driftscope::ui
