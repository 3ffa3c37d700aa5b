// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/live/liverows.h"

#include <QListWidget>

namespace driftscope::ui {

/// Titles with what was said of them: the examples in the prompt, or all that the persona said.
class OpinionList : public QListWidget
{
    Q_OBJECT

public:
    /// @param emptyText  said while nothing is listed.
    explicit OpinionList(const QString& emptyText, QWidget* parent = nullptr);
    /// @param isNumbered  says the place in the list before each, and not whether it is shown to the model.
    void setRows(const std::vector<OpinionRow>& rows, bool isNumbered);
    /// The item of the chosen line; nothing if none is.
    [[nodiscard]] std::optional<data::ItemIndex> currentOpinion() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void fill();

    std::vector<OpinionRow> m_rows;
    bool m_isNumbered = false;
};

} // namespace driftscope::ui
