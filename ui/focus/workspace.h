// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpointcard.h"
#include "core/data/healthcard.h"
#include "ui/focus/focus.h"
#include "ui/jobs/inferencethread.h"
#include "ui/jobs/jobrunner.h"

#include <QUndoStack>

#include <filesystem>

namespace driftscope::ui {

/// Content hashes of the checkpoint's files, for manifests and for what is kept of a model; none for the fake model.
///
/// @retval ErrorCode::NotFound, ErrorCode::NotReadable, ErrorCode::Cancelled  as contentHashOfFile().
/// Threads   any; not the GUI's, since files are read.
[[nodiscard]] Result<std::vector<data::SourceFile>> hashFiles(const OpenCheckpoint& checkpoint,
                                                              const JobContext& context);

/// Opens what people ask for on worker threads and puts it into the focus; shared by all pages. GUI thread.
class Workspace : public QObject
{
    Q_OBJECT

public:
    /// @param engine     loads models; shared with running simulations.
    /// @param storePath  SQLite file of the runs.
    Workspace(std::shared_ptr<Engine> engine, std::filesystem::path storePath, QObject* parent = nullptr);

    [[nodiscard]] Focus& focus() { return m_focus; }
    [[nodiscard]] InferenceThread& inference() { return m_inference; }
    [[nodiscard]] const std::shared_ptr<Engine>& engine() const { return m_engine; }
    [[nodiscard]] const std::filesystem::path& storePath() const { return m_storePath; }

    [[nodiscard]] JobRunner& datasetJob() { return m_datasetJob; }
    [[nodiscard]] JobRunner& checkpointJob() { return m_checkpointJob; }
    [[nodiscard]] JobRunner& modelJob() { return m_modelJob; }
    /// Reads the file of openExperiment().
    [[nodiscard]] JobRunner& experimentJob() { return m_experimentJob; }

    /// What Undo takes back: changes of the draft, of the Probe's demonstrations, of templates, in the order in which
    /// they were made on any page.
    [[nodiscard]] QUndoStack& edits() { return m_edits; }
    /// Changes the draft so that Undo takes it back.
    ///
    /// @param text  as ExperimentEdit.
    /// @param arm   position of the arm in focus afterwards; the one in focus stays without it.
    void editExperiment(const QString& text, simulate::Experiment experiment, std::optional<std::size_t> arm = {});

    /// What is known about the dataset in focus; computed with it.
    [[nodiscard]] const std::optional<data::HealthCard>& healthCard() const { return m_healthCard; }
    /// What is known about the checkpoint in focus before it is loaded.
    [[nodiscard]] const std::optional<checkpoint::CheckpointCard>& checkpointCard() const { return m_checkpointCard; }

    /// @param labelRule  empty = the default of the data.
    /// @param form       format and columns, where they are not found out by themselves.
    void openDataset(const QString& path, const QString& labelRule = {}, const DatasetForm& form = {});
    /// The same data under another label rule.
    void relabel(const QString& labelRule);
    void openCheckpoint(const QString& path);
    /// The fake model of FakeEngine, which needs no checkpoint.
    void openFakeModel();
    void loadModel(const inference::LoadOptions& options);
    /// Loads the model of the checkpoint in focus, or of the one that is being opened, also by an experiment, as soon
    /// as its headers are read; does nothing if it is in memory.
    void loadWhenRead();
    void unloadModel();
    /// Exactly these adapters are active on the loaded model from now on; those that are not in memory are read.
    void switchAdapters(const std::vector<inference::AdapterChoice>& active);
    /// Reads an experiment file and takes it as the draft; experimentOpened() or failed() follows. Nothing is taken if
    /// another draft came into focus meanwhile.
    void openExperiment(const QString& path);

    /// Takes an experiment as the draft and opens its dataset and checkpoint.
    ///
    /// @param file  where Save puts it; empty = it has none yet.
    void takeExperiment(simulate::Experiment experiment, const QString& file = {});
    /// Writes the draft to a file; from then on its changes count as saved.
    void saveExperiment(const QString& path);
    /// The file that the draft was read from or saved to; empty for one that has none.
    [[nodiscard]] const QString& experimentFile() const { return m_experimentFile; }

signals:
    /// Another experiment takes the place of the draft, which is still in focus.
    void experimentLeaving();
    /// The draft was read from this file.
    void experimentOpened(const QString& path);
    /// The draft is in this file now.
    void experimentSaved(const QString& path);
    /// Something could not be done; for the message bar.
    void failed(const QString& message);

private:
    void takeDataset(OpenDataset dataset, data::HealthCard card);
    void openSources();

    Focus m_focus;
    std::shared_ptr<Engine> m_engine;
    std::filesystem::path m_storePath;
    QUndoStack m_edits;
    std::optional<data::HealthCard> m_healthCard;
    std::optional<checkpoint::CheckpointCard> m_checkpointCard;
    JobRunner m_datasetJob;
    JobRunner m_checkpointJob;
    JobRunner m_modelJob;
    JobRunner m_experimentJob;
    JobRunner m_saveJob;
    QString m_experimentFile;
    quint64 m_draft = 0; ///< how many experiments were taken
    InferenceThread m_inference;
};

/// Folder of what packaging/setup.sh puts in place ($XDG_DATA_HOME/driftscope).
[[nodiscard]] std::filesystem::path dataFolder();

} // namespace driftscope::ui
