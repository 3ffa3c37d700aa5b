// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The one place that includes QCustomPlot: other folders see plots as CurvePlot and Figure.
#include <qcustomplot.h>
