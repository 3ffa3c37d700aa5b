// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <filesystem>

namespace driftscope::ui {

/// Where the real model and data that packaging/setup.sh fetches lie; empty where they do not.
struct PreparedData {
    QString dataset;
    QString checkpoint;

    [[nodiscard]] bool isComplete() const { return !dataset.isEmpty() && !checkpoint.isEmpty(); }
    /// Looks into the user's data folder.
    [[nodiscard]] static PreparedData find(const std::filesystem::path& dataFolder);
};

/// What a person can do first: probe a real model, open their own data, open their own model.
class StartPage : public QWidget
{
    Q_OBJECT

public:
    explicit StartPage(const PreparedData& prepared, QWidget* parent = nullptr);

signals:
    void preparedWanted();
    void datasetWanted();
    void modelWanted();
};

} // namespace driftscope::ui
