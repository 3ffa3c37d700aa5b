// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/figure.h"
#include "ui/plots/figurelayout.h"

#include <QWidget>

#include <optional>
#include <set>

namespace driftscope::ui {

/// A line over a plot at one of its points, with the values of all arms there. It lies above the plot and lets the
/// mouse through, so that moving it redraws no curve.
class PlotCursor : public QWidget
{
    Q_OBJECT

public:
    /// The point that the cursor stands at.
    struct Place {
        std::size_t panel = 0;
        std::size_t curve = 0;
        std::size_t point = 0;

        bool operator==(const Place&) const = default;
    };

    explicit PlotCursor(QWidget* parent);

    /// What it points into; both outlive it or are replaced. The place is kept if it is still there.
    void setFigure(const Figure* figure, const FigureParts* parts);
    void setHelp(const QString& help) { m_help = help; }

    /// The point nearest to a position, or nothing outside all panels and where no point is near.
    [[nodiscard]] std::optional<Place> nearest(QPoint position) const;
    /// The user nearest to a position, at most a few pixels away.
    [[nodiscard]] std::optional<simulate::UserValues> nearestUser(QPoint position) const;
    void moveTo(std::optional<Place> place);
    void showUser(const std::optional<simulate::UserValues>& user);
    /// To the next point with a value (+1), or the one before (-1); the first one if there is no place.
    void step(int by);
    [[nodiscard]] const std::optional<Place>& place() const { return m_place; }
    /// True if a position is so near to the point that a click means it.
    [[nodiscard]] bool isHit(QPoint position, const Place& place) const;
    [[nodiscard]] std::optional<QPoint> positionOf(const Place& place) const;
    [[nodiscard]] QString text() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] const simulate::Curve& curveAt(const Place& place) const;
    [[nodiscard]] QString curveText(const Place& place) const;
    void paintLine(QPainter& painter, const Place& place) const;
    void paintText(QPainter& painter, QPoint beside) const;

    const Figure* m_figure = nullptr;
    const FigureParts* m_parts = nullptr;
    QString m_help;
    std::optional<Place> m_place;
    std::optional<simulate::UserValues> m_user;
};

} // namespace driftscope::ui
