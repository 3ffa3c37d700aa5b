// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/tune/tunesession.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QPushButton;

namespace driftscope::ui {

class CardView;
class PathField;
class TrainingPlot;

/// A tuning plan: what it will do, then its losses and validations while it is carried out.
class TunePage : public QWidget
{
    Q_OBJECT

public:
    explicit TunePage(Workspace& workspace, QWidget* parent = nullptr);

    [[nodiscard]] TuneSession& session() { return m_session; }
    void choosePlan();
    void start();
    void stop() { m_session.stop(); }

signals:
    /// A person wants to see the tuned checkpoint or adapter in this folder.
    void resultWanted(const QString& folder);
    void noted(const QString& message);
    void problem(const QString& message);

private:
    QWidget* createBar();
    QWidget* createPlan();
    QWidget* createCurves();
    void connectAll();
    void showPlan();
    void showSteps();
    void showState();

    TuneSession m_session;
    PathField* m_path;
    QCheckBox* m_goesOn;
    QPushButton* m_start;
    QPushButton* m_stop;
    QPushButton* m_result;
    CardView* m_plan;
    CardView* m_stages;
    TrainingPlot* m_plot;
    QLabel* m_progress;
    QLabel* m_best;
};

} // namespace driftscope::ui
