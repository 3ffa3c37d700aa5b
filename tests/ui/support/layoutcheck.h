// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <vector>

namespace driftscope::ui {

/// Something that a person sees as broken, or that a screen reader cannot name.
struct LayoutProblem {
    QString widget; ///< class, object name and parents: "QPushButton < ArmForm < ProbePage"
    QString what; ///< "the text 'Add as an arm' is cut: 80 of 122 pixels"
};

/// What is wrong with the visible widgets below `window`: texts of labels, buttons, combo boxes, spin boxes, tabs,
/// group boxes, table headers and number cells that are cut; widgets that overlap their siblings or leave their parent;
/// widgets smaller than they can be; controls without an accessible name.
///
/// What is meant to be short is left alone: labels with a horizontal policy of Ignored, texts of editable fields, text
/// cells of tables (they have tool tips), what a scroll area shows a part of. A widget with the property "mayOverlap"
/// may lie over its siblings.
[[nodiscard]] std::vector<LayoutProblem> layoutProblems(const QWidget& window);

/// One line a problem; empty if there is none.
[[nodiscard]] QString layoutReport(const QWidget& window);

} // namespace driftscope::ui
