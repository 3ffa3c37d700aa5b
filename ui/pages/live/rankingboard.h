// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/live/liverows.h"

#include <QVariantAnimation>
#include <QWidget>

#include <map>

namespace driftscope::ui {

/// Colour of a kind of items: Okabe and Ito's, by position; grey for -1.
[[nodiscard]] QColor kindColor(int position, const QPalette& palette);

/// A ranking that moves: rows slide to their new places, arrows say how far, bars say P(Yes). Scales with its font. A
/// row is chosen by click or arrow keys; L and D judge it.
class RankingBoard : public QWidget
{
    Q_OBJECT

public:
    explicit RankingBoard(QWidget* parent = nullptr);

    /// Moves to another ranking; rows that were there slide.
    void setRows(std::vector<BoardRow> rows);
    /// Draws the rows as those of an older question.
    void setGreyed(bool isGreyed);
    [[nodiscard]] bool isGreyed() const { return m_isGreyed; }
    /// The chosen row from 0; -1 = none.
    [[nodiscard]] int currentRow() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void currentChanged(int row);
    void judged(driftscope::data::ItemIndex item, bool isLiked);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    /// Where a row came from.
    struct Place {
        double row = 0;
        double yes = 0;
    };

    [[nodiscard]] double rowHeight() const;
    [[nodiscard]] Place placeNow(const BoardRow& row) const;
    void choose(int row);
    void paintRow(QPainter& painter, const BoardRow& row) const;
    void paintMove(QPainter& painter, const QRectF& box, const BoardRow& row) const;
    void paintBar(QPainter& painter, const QRectF& box, const QColor& color, double yes) const;

    std::vector<BoardRow> m_rows;
    std::map<data::ItemIndex, Place> m_from;
    QVariantAnimation m_slide;
    bool m_isGreyed = false;
    std::optional<data::ItemIndex> m_current;
};

} // namespace driftscope::ui
