// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/figure.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <set>

class QCustomPlot;

namespace driftscope::ui {

class PlotCursor;
struct FigureParts;

/// A point of a figure, as a person points at it.
struct PlotPoint {
    QString metric;
    QString arm;
    simulate::CurvePoint point;
};

/// A figure on screen, in the colours of the system's palette. A line follows the mouse (or the arrow keys) from point
/// to point and says the values of all arms there; a click on a point, or Return, asks for its moments; a click on the
/// legend hides an arm; the wheel and dragging move along x alone.
class CurvePlot : public QWidget
{
    Q_OBJECT

public:
    explicit CurvePlot(QWidget* parent = nullptr);
    ~CurvePlot() override;

    /// What is shown; redrawn at most 30 times a second. The part that is looked at stays.
    void setFigure(Figure figure);
    [[nodiscard]] const Figure& figure() const { return m_figure; }
    /// Said in the middle while there is no point to draw.
    void setEmptyText(const QString& text);
    /// Greyed, while a newer figure is being computed.
    void setStale(bool isStale);
    /// Says in the menu and in the values what a click on a point does; empty = nothing.
    void setClickHelp(const QString& help);

    [[nodiscard]] const std::set<QString>& hiddenArms() const { return m_hidden; }
    void toggleArm(const QString& arm);
    /// The whole of x again.
    void resetView();
    /// Zooms along x around the middle: 0.5 = half as much is seen.
    void zoom(double factor);
    [[nodiscard]] bool isZoomed() const { return m_isZoomed; }
    /// As a vector (SVG) and as pixels, into the clipboard.
    void copyPicture() const;
    /// The numbers behind it as CSV, into the clipboard.
    void copyNumbers() const;

    /// Where a point of a curve, or an entry of the legend, is drawn; nothing if it is not.
    [[nodiscard]] std::optional<QPoint> placeOf(std::size_t panel, std::size_t curve, std::size_t point) const;
    [[nodiscard]] std::optional<QPoint> legendPlaceOf(const QString& arm) const;
    /// What stands beside the line that follows the mouse; empty while there is none.
    [[nodiscard]] QString shownValues() const;
    /// Draws at once what is due: for tests and measurements.
    void drawNow();
    /// Draws what is laid out once more, at once.
    void refresh();

    [[nodiscard]] QSize minimumSizeHint() const override { return {280, 180}; }

signals:
    void pointClicked(const driftscope::ui::PlotPoint& point);
    void userClicked(quint32 user);
    /// The menu's "Export…".
    void exportWanted();

protected:
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void scheduleLayout();
    void layOut();
    void followRange(std::size_t panel);
    void followMouse(QPoint position);
    void click(QPoint position);

    Figure m_figure;
    QString m_emptyText;
    QString m_clickHelp;
    std::set<QString> m_hidden;
    bool m_isZoomed = false;
    bool m_isMoving = false; ///< ranges are being set by this class
    QPoint m_pressedAt; ///< where the mouse went down: what moved since is no click
    double m_lower = 0; ///< of x, while zoomed
    double m_upper = 0;
    QCustomPlot* m_plot;
    PlotCursor* m_cursor;
    std::unique_ptr<FigureParts> m_parts;
    class QTimer* m_timer;
};

} // namespace driftscope::ui

Q_DECLARE_METATYPE(driftscope::ui::PlotPoint)
