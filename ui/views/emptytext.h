// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

class QAbstractItemView;

namespace driftscope::ui {

/// What an empty list or table says instead of rows: what would stand there and what to do for it. Lets clicks through.
/// The view has its model already.
class EmptyText : public QLabel
{
    Q_OBJECT

public:
    /// @param view  whose child this becomes.
    EmptyText(QAbstractItemView& view, const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();

    QAbstractItemView& m_view;
};

} // namespace driftscope::ui
