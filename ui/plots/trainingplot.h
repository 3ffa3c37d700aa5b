// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <vector>

class QCustomPlot;
class QCPAxisRect;

namespace driftscope::ui {

/// What a training run has come to, over its steps.
struct TrainingCurves {
    struct Point {
        double step = 0;
        double value = 0;
    };
    std::vector<Point> answerLoss;
    std::vector<Point> textLoss;
    std::vector<Point> auc; ///< of validations
    double totalSteps = 0; ///< end of the x axis
};

/// Losses above, validation AUC below, over the same steps.
class TrainingPlot : public QWidget
{
    Q_OBJECT

public:
    explicit TrainingPlot(QWidget* parent = nullptr);
    void setCurves(TrainingCurves curves);
    [[nodiscard]] const TrainingCurves& curves() const { return m_curves; }
    /// Said in the middle while there is no point to draw.
    void setEmptyText(const QString& text);

    [[nodiscard]] QSize minimumSizeHint() const override { return {280, 240}; }

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void draw();
    void addCurve(QCPAxisRect& rect, const std::vector<TrainingCurves::Point>& points, std::size_t color,
                  const QString& name, bool hasMarks);

    TrainingCurves m_curves;
    QString m_emptyText;
    QCustomPlot* m_plot;
    QCPAxisRect* m_losses;
    QCPAxisRect* m_aucs;
};

} // namespace driftscope::ui
