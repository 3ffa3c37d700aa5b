// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"
#include "ui/widgets/cardview.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace driftscope::ui {

class JobStrip;
class PathField;

/// A checkpoint: what it is, from its headers, before anything is loaded; then loading it.
class ModelPage : public QWidget
{
    Q_OBJECT

public:
    explicit ModelPage(Workspace& workspace, QWidget* parent = nullptr);
    void chooseFolder();
    void chooseFile();
    void load();

private:
    QWidget* createOptions();
    void connectAll();
    void showCheckpoint();
    void showState();
    [[nodiscard]] inference::LoadOptions options() const;

    Workspace& m_workspace;
    PathField* m_path;
    CardView* m_card;
    CardView* m_tokens;
    CardView* m_memory;
    QComboBox* m_precision;
    QComboBox* m_device;
    QPushButton* m_load;
    QPushButton* m_unload;
    JobStrip* m_job;
    QLabel* m_state;
};

/// The card's lines, for people; what is not known is left out.
[[nodiscard]] std::vector<CardRow> checkpointRows(const checkpoint::CheckpointCard& card);

} // namespace driftscope::ui
