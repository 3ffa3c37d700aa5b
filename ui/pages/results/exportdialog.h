// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/results/runexporter.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFontComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace driftscope::ui {

/// Writes what is shown of a run (as a figure, at a size in mm, with a preview at its true size), its tables, its
/// predictions, or everything into a folder.
class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    /// @param exporter  outlives the dialog; goes on when the dialog is closed.
    ExportDialog(RunResult run, Figure figure, FigureChoice choice, RunExporter& exporter, QWidget* parent = nullptr);
    [[nodiscard]] QString path() const;
    void setPath(const QString& path);

private:
    QWidget* createForm();
    QWidget* createFormats();
    QWidget* createPreview();
    void choosePath();
    void takeFormat();
    void showPreview();
    void write();
    [[nodiscard]] ExportKind kind() const;
    [[nodiscard]] QString suffix() const;
    [[nodiscard]] FigureFormat format() const;

    RunResult m_run;
    Figure m_figure;
    FigureChoice m_choice;
    RunExporter& m_exporter;
    QComboBox* m_format;
    QDoubleSpinBox* m_width;
    QDoubleSpinBox* m_height;
    QComboBox* m_font;
    QDoubleSpinBox* m_fontPoints;
    QSpinBox* m_dpi;
    QCheckBox* m_caption;
    QLineEdit* m_path;
    QLabel* m_preview;
    QLabel* m_previewNote;
    QLabel* m_problem;
    QPushButton* m_write;
};

} // namespace driftscope::ui
