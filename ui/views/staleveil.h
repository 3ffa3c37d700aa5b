// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

namespace driftscope::ui {

/// Lies over values of an older question, half seen through, and lets clicks through. What is answered within a blink
/// is never covered: it would only flicker.
class StaleVeil : public QWidget
{
    Q_OBJECT

public:
    /// The time for which an older value is shown as it is, in ms.
    static constexpr int blinkMs = 80;

    /// @param covered  whose child this becomes; of a scroll area only what scrolls is covered.
    explicit StaleVeil(QWidget& covered);

    void setStale(bool isStale);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void place();

    QWidget& m_covered; ///< the scroll area's viewport
    QTimer m_blink;
};

/// Draws values as those of an older question, or normally.
void setGreyed(QWidget& widget, bool isGreyed);

} // namespace driftscope::ui
