// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/data/readerregistry.h"
#include "core/data/userhistory.h"
#include "core/simulate/experiment.h"
#include "core/tokenizer/tokenizer.h"
#include "ui/engine/engine.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

/// The focus folder holds what all pages talk about at the moment, and opens it.
namespace driftscope::ui {

/// How a dataset is to be read where that is not found out by itself.
struct DatasetForm {
    std::string format {}; ///< id of a reader; empty = recognised
    data::ColumnMap columns {};

    bool operator==(const DatasetForm&) const = default;
};

/// A dataset in memory under a label rule.
struct OpenDataset {
    QString path;
    data::LabelRule rule;
    std::shared_ptr<const data::UserHistory> history; ///< holds the dataset
    DatasetForm form {}; ///< as it was asked for
    data::RecognisedFormat format {}; ///< as it was read

    [[nodiscard]] const data::Dataset& dataset() const { return history->dataset(); }
};

/// A checkpoint whose headers and tokenizer are read; enough for prompts, not for scores.
struct OpenCheckpoint {
    QString path;
    std::shared_ptr<const checkpoint::Checkpoint> checkpoint; ///< null for the fake model
    std::shared_ptr<const tokenizer::Tokenizer> tokenizer;
    std::int64_t contextLength = 0;
};

/// What all pages refer to: dataset, checkpoint, loaded model, experiment draft, user, moment and arm. A page that
/// changes one of them moves the others. GUI thread.
class Focus : public QObject
{
    Q_OBJECT

public:
    explicit Focus(QObject* parent = nullptr);

    [[nodiscard]] const std::optional<OpenDataset>& dataset() const { return m_dataset; }
    [[nodiscard]] const std::optional<OpenCheckpoint>& checkpoint() const { return m_checkpoint; }
    /// Null while no model is loaded.
    [[nodiscard]] const std::shared_ptr<const LoadedEngine>& engine() const { return m_engine; }
    /// The draft that Simulate runs and whose arms the Probe shows.
    [[nodiscard]] const simulate::Experiment& experiment() const { return m_experiment; }
    /// Position in experiment().arms.
    [[nodiscard]] std::size_t arm() const { return m_arm; }
    /// The interaction that the Probe stands at; nothing if no user is chosen.
    [[nodiscard]] std::optional<data::InteractionIndex> moment() const { return m_moment; }
    [[nodiscard]] std::uint64_t leaks() const { return m_leaks; }

    void setDataset(OpenDataset dataset);
    void setCheckpoint(OpenCheckpoint checkpoint);
    void setEngine(std::shared_ptr<const LoadedEngine> engine);
    void setExperiment(simulate::Experiment experiment);
    void setArm(std::size_t arm);
    /// Moves to an interaction of the dataset: its user and its moment.
    void setMoment(std::optional<data::InteractionIndex> moment);
    void setLeaks(std::uint64_t leaks);

signals:
    void datasetChanged();
    void checkpointChanged();
    void engineChanged();
    void experimentChanged();
    void armChanged();
    void momentChanged();
    void leaksChanged();

private:
    std::optional<OpenDataset> m_dataset;
    std::optional<OpenCheckpoint> m_checkpoint;
    std::shared_ptr<const LoadedEngine> m_engine;
    simulate::Experiment m_experiment;
    std::size_t m_arm = 0;
    std::optional<data::InteractionIndex> m_moment;
    std::uint64_t m_leaks = 0;
};

/// An experiment to start from: two arms, no demonstrations and the four most recent ones.
[[nodiscard]] simulate::Experiment draftExperiment();

} // namespace driftscope::ui
