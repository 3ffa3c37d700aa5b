// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/focus/workspace.h"

#include <QObject>

#include <optional>

namespace driftscope::ui {

/// Where the real model and data that packaging/setup.sh fetches lie; empty where they do not.
struct PreparedData {
    QString dataset;
    QString checkpoint;

    [[nodiscard]] bool isComplete() const { return !dataset.isEmpty() && !checkpoint.isEmpty(); }
    /// Looks into the user's data folder.
    [[nodiscard]] static PreparedData find(const std::filesystem::path& dataFolder);
};

/// The starts that open several things in a row, without widgets: data, a model, and a moment worth looking at.
class StartPresenter : public QObject
{
    Q_OBJECT

public:
    /// @param workspace   outlives the presenter.
    /// @param dataFolder  of what packaging/setup.sh puts in place.
    StartPresenter(Workspace& workspace, std::filesystem::path dataFolder, QObject* parent = nullptr);

    /// The bundled experiment; empty if the program was taken away from what comes with it.
    [[nodiscard]] const QString& driftExperiment() const { return m_driftExperiment; }
    [[nodiscard]] PreparedData prepared() const { return PreparedData::find(m_dataFolder); }

    /// Opens the bundled experiment, its data and tiny model, loads the model, and moves to a user whose taste has just
    /// changed.
    void seeDrift();
    /// Opens the bundled experiment and loads nothing: its arms are there to be run.
    void compareDrift();
    /// Opens and loads SmolLM2 on MovieLens.
    void probeReal();

signals:
    /// The moment is in focus; the model may still be loading.
    void driftReady();
    void compareReady();
    void probeReady();
    void failed(const QString& message);

private:
    /// Calls once the bundled experiment is in focus; its data may still be on the way.
    void openDrift(std::function<void()> call);
    void whenDatasetIsOpen(std::function<void()> call);

    Workspace& m_workspace;
    std::filesystem::path m_dataFolder;
    QString m_driftExperiment;
};

/// A moment soon after a user's taste has turned to what it disliked before, and with a history on both sides of that.
///
/// @return nothing if no shift of the dataset is known.
[[nodiscard]] std::optional<data::InteractionIndex> momentAfterShift(const data::Dataset& dataset);

} // namespace driftscope::ui
