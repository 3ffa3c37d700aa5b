// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace driftscope::ui {

/// A piece of software that the program is made with.
struct Component {
    QString name;
    QString version; ///< empty = not known to the program
    QString licence; ///< SPDX
    QString purpose;
};

/// The program itself and all it ships or links.
///
/// @param libtorchVersion  of the model's library.
[[nodiscard]] std::vector<Component> components(const QString& libtorchVersion);

/// The components with their versions, as lines to put into a report.
[[nodiscard]] QString versionText(const std::vector<Component>& components);

} // namespace driftscope::ui
