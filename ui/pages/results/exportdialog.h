// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/figure.h"

#include <QDialog>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace driftscope::ui {

/// Writes a figure as PDF, SVG, PNG or CSV at a size in mm.
class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    ExportDialog(Figure figure, const QString& suggestedName, QWidget* parent = nullptr);
    [[nodiscard]] QString path() const;
    void setPath(const QString& path);

signals:
    void exported(const QString& path);

private:
    QWidget* createForm();
    void choosePath();
    void takeFormat();
    void write();

    Figure m_figure;
    QComboBox* m_format;
    QDoubleSpinBox* m_width;
    QDoubleSpinBox* m_height;
    QLineEdit* m_path;
    QLabel* m_problem;
    QPushButton* m_write;
};

} // namespace driftscope::ui
