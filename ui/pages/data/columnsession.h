// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/readerregistry.h"
#include "ui/focus/focus.h"
#include "ui/jobs/jobrunner.h"

namespace driftscope::ui {

/// A part that a column of a table can play.
struct ColumnPart {
    QString title;
    QString help;
    std::string data::ColumnMap::*column;
    bool isNeeded = false;
};

/// All parts, in the order in which people are asked.
[[nodiscard]] std::vector<ColumnPart> columnParts();

/// Finds out, while a person chooses, how the first rows of a table would be read. GUI thread.
class ColumnSession : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t rowsShown = 30;

    /// @param path  file or folder.
    /// @param form  as it was read last, or empty.
    ColumnSession(QString path, DatasetForm form, QObject* parent = nullptr);

    [[nodiscard]] const QString& path() const { return m_path; }
    /// What a person chose so far.
    [[nodiscard]] const DatasetForm& form() const { return m_form; }
    void setColumns(const data::ColumnMap& columns);

    /// The first rows under the newest choice; nothing before the first answer.
    [[nodiscard]] const std::optional<data::TablePreview>& preview() const { return m_preview; }
    /// Why there is nothing to see, or why the table cannot be read so; empty = it can.
    [[nodiscard]] QString problem() const;
    [[nodiscard]] bool canOpen() const;
    /// "All of the first 30 rows are understood." or how many are not, and why.
    [[nodiscard]] QString verdict() const;

signals:
    void changed();

private:
    void look();

    QString m_path;
    DatasetForm m_form;
    std::optional<data::TablePreview> m_preview;
    QString m_problem;
    JobRunner m_job; // the last member: its threads end first
};

/// "comma", "tab", or the character itself.
[[nodiscard]] QString separatorName(const std::string& separator);

} // namespace driftscope::ui
