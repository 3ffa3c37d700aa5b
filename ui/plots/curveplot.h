// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/figure.h"

#include <QWidget>

class QCustomPlot;

namespace driftscope::ui {

/// Metric curves on screen, in the colours of the system's palette. Hovering a point shows its values.
class CurvePlot : public QWidget
{
    Q_OBJECT

public:
    explicit CurvePlot(QWidget* parent = nullptr);

    /// What is shown; redrawn at most 30 times a second.
    void setFigure(Figure figure);
    [[nodiscard]] const Figure& figure() const { return m_figure; }
    /// Said in the middle while there is no point to draw.
    void setEmptyText(const QString& text);
    /// Greyed, while a newer figure is being computed.
    void setStale(bool isStale);

    [[nodiscard]] QSize minimumSizeHint() const override { return {280, 180}; }

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void scheduleLayout();
    void layOut();
    void showValues(QMouseEvent* event);

    Figure m_figure;
    QString m_emptyText;
    QCustomPlot* m_plot;
    class QTimer* m_timer;
};

} // namespace driftscope::ui
