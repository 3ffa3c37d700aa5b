// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/prompt/prompt.h"

#include <QWidget>

#include <vector>

namespace driftscope::ui {

/// A block of the prompt and what it costs.
struct RulerBlock {
    prompt::SpanKind kind = prompt::SpanKind::Header;
    std::size_t tokens = 0;
};

/// What each block of a prompt costs in tokens, beside what there is room for.
class TokenRuler : public QWidget
{
    Q_OBJECT

public:
    explicit TokenRuler(QWidget* parent = nullptr);
    /// @param total   tokens of the whole prompt.
    /// @param budget  longest prompt; 0 = unknown.
    void setBlocks(std::vector<RulerBlock> blocks, std::size_t total, std::size_t budget);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] int legendLines() const;
    [[nodiscard]] int entryWidth(const RulerBlock& block) const; ///< in the legend, with the gap after it
    [[nodiscard]] int swatchSize() const;
    void paintBar(QPainter& painter, const QRect& bar) const;
    void paintLegend(QPainter& painter, QRect line) const;

    std::vector<RulerBlock> m_blocks;
    std::size_t m_total = 0;
    std::size_t m_budget = 0;
};

/// The parts of a prompt that do not overlap, with their tokens summed by kind: instruction, demonstrations, query's
/// history, target, cue and the words between them.
[[nodiscard]] std::vector<RulerBlock> rulerBlocks(const prompt::Prompt& prompt);

} // namespace driftscope::ui
