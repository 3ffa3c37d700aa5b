// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/healthcard.h"
#include "ui/plots/barplot.h"
#include "ui/widgets/cardview.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace driftscope::ui {

/// What a dataset is and what follows from it: advice, numbers, and one of several plots.
class HealthView : public QWidget
{
    Q_OBJECT

public:
    explicit HealthView(QWidget* parent = nullptr);
    void setCard(const data::HealthCard& card);

signals:
    /// A person who has no data at hand wants to see some.
    void bundledWanted();

private:
    QWidget* createPlot();
    void showAdvice(const data::HealthCard& card);
    void showPlot();

    QVBoxLayout* m_advice;
    CardView* m_card;
    QPushButton* m_bundled;
    QComboBox* m_choice;
    BarPlot* m_plot;
    std::vector<BarChart> m_charts; ///< in the order of m_choice
};

/// The health card's lines, for people.
[[nodiscard]] std::vector<CardRow> healthRows(const data::HealthCard& card);

/// A plot of the card with its title.
struct HealthChart {
    QString title;
    BarChart chart;
};

/// Events, ties, new items and new users over time; users by liked items; ratings.
[[nodiscard]] std::vector<HealthChart> healthCharts(const data::HealthCard& card);

} // namespace driftscope::ui
