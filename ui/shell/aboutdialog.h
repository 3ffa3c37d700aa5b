// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/components.h"

#include <QDialog>

namespace driftscope::ui {

/// What the program is, the versions of its parts, their licences, and the program's own licence in full.
class AboutDialog : public QDialog
{
    Q_OBJECT

public:
    /// @param parts  the program itself first.
    AboutDialog(const std::vector<Component>& parts, QWidget* parent);

private:
    QWidget* createSummary(const Component& program);
    QWidget* createParts(const std::vector<Component>& parts);
    QWidget* createLicence();
};

} // namespace driftscope::ui
