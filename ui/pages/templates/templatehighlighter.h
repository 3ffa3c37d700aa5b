// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>
#include <QSyntaxHighlighter>

#include <vector>

namespace driftscope::ui {

/// Colours what is more than literal text: placeholders on the ground that their part has in the prompt, brackets and
/// doubled characters, blanks at the ends of lines, and wavy lines under problems.
class TemplateHighlighter : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    enum class Kind { Placeholder, History, Target, Answer, GroupEdge, Escape, Problem };
    /// Positions in UTF-16 units of the whole text.
    struct Part {
        Kind kind = Kind::Placeholder;
        int start = 0;
        int end = 0;
    };

    explicit TemplateHighlighter(QTextDocument* document);
    /// Replaces what is coloured; later parts are drawn over earlier ones.
    void setParts(std::vector<Part> parts);
    [[nodiscard]] const std::vector<Part>& parts() const { return m_parts; }
    void setPalette(const QPalette& palette);

protected:
    void highlightBlock(const QString& text) override;

private:
    [[nodiscard]] QTextCharFormat formatOf(Kind kind) const;
    void markBlanks(const QString& text);
    void colour(int start, int end, Kind kind);

    std::vector<Part> m_parts;
    QPalette m_palette;
};

/// Text in which a problem is said, readable on the palette's ground.
[[nodiscard]] QColor problemColor(const QPalette& palette);

} // namespace driftscope::ui
