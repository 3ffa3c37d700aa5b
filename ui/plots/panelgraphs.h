// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plots/figurelayout.h"

#include <vector>

class QCPAxis;
class QCPAxisRect;
class QCPBars;
class QCPGraph;

namespace driftscope::ui {

/// What is drawn in one panel of a figure: lines, bands, marks and bars, with as many points as the visible part and
/// its pixels can show. Belongs to the plot that it draws in.
class PanelGraphs
{
public:
    /// @param counts  where n is drawn; null = nowhere.
    /// @param pixels  about how wide it is, until the plot has laid itself out.
    /// All references outlive this.
    PanelGraphs(QCPAxisRect& curves, QCPAxisRect* counts, const Figure& figure, const FigurePanel& panel,
                FigureStyle style, int pixels);

    /// Axes as wide as the data, and everything drawn.
    void fit();
    /// Draws what the visible range of the x axis holds.
    void fill();

    [[nodiscard]] const FigurePanel& panel() const { return m_panel; }
    [[nodiscard]] QCPAxisRect& rect() const { return m_rect; }
    [[nodiscard]] QCPAxis* x() const;
    [[nodiscard]] QCPAxis* y() const;
    [[nodiscard]] QCPAxisRect* counts() const { return m_counts; }
    /// The line of a curve, for the legend; null for users.
    [[nodiscard]] QCPGraph* line(std::size_t curve) const { return m_lines[curve].line; }
    [[nodiscard]] QCPGraph* randomLine() const { return m_random; }
    [[nodiscard]] bool isHidden(std::size_t curve) const;

private:
    struct Line {
        QCPGraph* low = nullptr;
        QCPGraph* high = nullptr;
        QCPGraph* line = nullptr;
    };

    [[nodiscard]] double len(double points) const { return points * m_style.unit; }
    [[nodiscard]] std::size_t armOf(const simulate::Curve& curve) const;
    void addLevel(double value, const QString& name);
    void addShiftLine();
    void addCurve(const simulate::Curve& curve);
    void addUsers();
    void addBars();
    void fillCurve(const Line& line, const simulate::Curve& curve);
    void fillBars();
    [[nodiscard]] int pixels() const;

    QCPAxisRect& m_rect;
    QCPAxisRect* m_counts;
    const Figure& m_figure;
    const FigurePanel& m_panel;
    FigureStyle m_style;
    int m_pixels;
    QCPGraph* m_level = nullptr; ///< of the random ranker, or zero
    QCPGraph* m_random = nullptr;
    QCPGraph* m_shift = nullptr;
    QCPGraph* m_diagonal = nullptr;
    QCPBars* m_bars = nullptr;
    double m_step = 1; ///< between two points
    std::vector<Line> m_lines;
};

} // namespace driftscope::ui
