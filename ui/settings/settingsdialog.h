// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QComboBox;
class QSpinBox;

namespace driftscope::ui {

/// The settings that a person chooses; each counts as soon as it is changed.
class SettingsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit SettingsDialog(QWidget* parent);
    /// Reads the settings anew.
    void refresh();

signals:
    /// Theme or size of type was changed.
    void appearanceChanged();

private:
    void createFields();
    void connectAll();

    QComboBox* m_theme;
    QSpinBox* m_type;
    QSpinBox* m_threads;
    QComboBox* m_start;
};

} // namespace driftscope::ui
