// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/probetables.h"
#include "ui/pages/probe/demonstrationeditor.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QSpinBox;
class QTableView;

namespace driftscope::ui {

class ProbeAnalyses;

/// The true item's rank and P(Yes) at this moment under every control and the 2x2, by one click.
class VariantPanel : public QWidget
{
    Q_OBJECT

public:
    VariantPanel(ProbePresenter& presenter, ProbeAnalyses& analyses, QWidget* parent = nullptr);
    void showAnswer();

private:
    void takeVariant();

    ProbePresenter& m_presenter;
    ProbeAnalyses& m_analyses;
    std::unique_ptr<VariantModel> m_model;
    QLabel* m_help;
    QPushButton* m_try;
    QPushButton* m_take;
    QTableView* m_table;
};

/// The same under other orders of the demonstrations.
class OrderPanel : public QWidget
{
    Q_OBJECT

public:
    OrderPanel(ProbePresenter& presenter, ProbeAnalyses& analyses, QWidget* parent = nullptr);
    void showAnswer();
    void tryOrders(); ///< as many as the field says

private:
    ProbeAnalyses& m_analyses;
    DemonstrationEditor m_editor;
    std::unique_ptr<OrderModel> m_model;
    QSpinBox* m_orders;
    QPushButton* m_try;
    QPushButton* m_take;
    QTableView* m_table;
    QLabel* m_text;
};

} // namespace driftscope::ui
