// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/checkpoint/adaptersession.h"
#include "ui/pages/checkpoint/memorysession.h"
#include "ui/pages/checkpoint/scratchsession.h"
#include "ui/widgets/cardview.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace driftscope::ui {

class AdapterView;
class JobStrip;
class PathField;

/// A checkpoint: what it is and needs, from its headers, before anything is loaded; its adapters; then loading it and
/// trying it out.
class ModelPage : public QWidget
{
    Q_OBJECT

public:
    explicit ModelPage(Workspace& workspace, QWidget* parent = nullptr);
    /// As if its path had been typed: it stands in the field even when it cannot be opened.
    void open(const QString& path);
    void chooseFolder();
    void chooseFile();
    void chooseAdapter();
    void load();
    [[nodiscard]] AdapterSession& adapters() { return m_adapters; }
    [[nodiscard]] MemorySession& memory() { return m_memory; }
    [[nodiscard]] ScratchSession& scratch() { return m_scratch; }

private:
    QWidget* createCards();
    QWidget* createTrial();
    QWidget* createOptions();
    void connectAll();
    void showCheckpoint();
    void showState();
    [[nodiscard]] inference::LoadOptions options() const;

    Workspace& m_workspace;
    AdapterSession m_adapters;
    MemorySession m_memory;
    ScratchSession m_scratch;
    PathField* m_path;
    CardView* m_card;
    CardView* m_tokens;
    QPushButton* m_bundled;
    AdapterView* m_adapterView;
    QComboBox* m_precision;
    QComboBox* m_device;
    QPushButton* m_load;
    QPushButton* m_unload;
    JobStrip* m_job;
    QLabel* m_state;
};

/// The card's lines, for people; what is not known is left out.
[[nodiscard]] std::vector<CardRow> checkpointRows(const checkpoint::CheckpointCard& card);

/// The answers' tokens, and what may surprise about them.
[[nodiscard]] std::vector<CardRow> answerRows(const checkpoint::CheckpointCard& card);

} // namespace driftscope::ui
