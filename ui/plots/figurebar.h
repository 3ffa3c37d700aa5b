// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/runfigures.h"

#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QMenu;
class QSpinBox;
class QPushButton;

namespace driftscope::ui {

/// Chooses what curves show: any of an experiment's metrics, over events of the user or dates, in windows side by side,
/// rolling or from the beginning on. Only the picture changes, not the experiment.
class FigureBar : public QWidget
{
    Q_OBJECT

public:
    explicit FigureBar(QWidget* parent = nullptr);

    /// What can be chosen. What was chosen stays while the experiment has it; else its own windows and curveMetrics().
    void setExperiment(const simulate::Experiment& experiment);
    /// Metrics and view; the rest of the choice is as it is by itself.
    [[nodiscard]] FigureChoice choice() const;
    /// Windows belong to simulated time alone.
    void setWindowsVisible(bool isVisible);

signals:
    /// A person chose something else.
    void changed();

private:
    void createFields();
    void fillMetrics(const std::vector<std::string>& chosen);
    void showWindow();
    [[nodiscard]] std::string by() const;

    simulate::Experiment m_experiment;
    bool m_isFilling = false;
    QPushButton* m_metrics;
    QMenu* m_menu;
    QComboBox* m_by;
    QComboBox* m_shape;
    QSpinBox* m_size;
};

} // namespace driftscope::ui
