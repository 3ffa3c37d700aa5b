// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <vector>

namespace driftscope::ui {

/// One interaction of a user's life.
struct TimelineEvent {
    QString title;
    QString time;
    bool isLiked = false;
    QString shift {}; ///< a known change of taste that begins here; empty = none
};

/// A user's interactions as ticks in their order: liked ones point up, disliked ones down; known shifts are lines, dots
/// mark what the prompt shows. The handle says where the
/// Probe stands; it is dragged, clicked, or moved by the arrow keys, Page Up and Down, Home and End.
class Timeline : public QWidget
{
    Q_OBJECT

public:
    explicit Timeline(QWidget* parent = nullptr);

    void setEvents(std::vector<TimelineEvent> events);
    [[nodiscard]] int count() const { return static_cast<int>(m_events.size()); }
    /// -1 if there are no events.
    [[nodiscard]] int position() const { return m_position; }
    /// Puts a dot at each of these positions.
    void setMarked(std::vector<int> positions);
    /// Moves the handle; says so only if it is elsewhere than before.
    void setPosition(int position);

    [[nodiscard]] QSize sizeHint() const override { return {600, 84}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {300, 84}; }

signals:
    void positionChanged(int position);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] double xOf(int position) const;
    [[nodiscard]] int positionAt(double x) const;
    void moveBy(int steps) { setPosition(m_position + steps); }
    void moveToShift(bool isForward); ///< the next one in that direction, if there is one
    void paintShifts(QPainter& painter) const;
    void paintTicks(QPainter& painter) const;
    void paintMarks(QPainter& painter) const;
    void paintHandle(QPainter& painter) const;
    void paintTexts(QPainter& painter) const;

    std::vector<TimelineEvent> m_events;
    std::vector<int> m_marked;
    int m_position = -1;
};

} // namespace driftscope::ui
