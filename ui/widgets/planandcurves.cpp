// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/planandcurves.h"

#include <QSplitter>

namespace driftscope::ui {

QWidget* planAndCurves(QWidget* plan, QWidget* curves, QWidget* parent)
{
    auto* split = new QSplitter(Qt::Horizontal, parent);
    split->setChildrenCollapsible(false);
    split->addWidget(plan);
    split->addWidget(curves);
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    split->setSizes({380, 600});
    return split;
}

} // namespace driftscope::ui
