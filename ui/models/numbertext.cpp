// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/numbertext.h"

#include <QLocale>

#include <cmath>

namespace driftscope::ui {

QString countText(std::uint64_t count)
{
    return QLocale().toString(qulonglong(count));
}

QString decimals(double value, int digits)
{
    const double scale = std::pow(10.0, digits);
    return QLocale().toString(std::round(value * scale) == 0 ? 0.0 : value, 'f', digits); // no −0.00
}

QString decimals(const std::optional<double>& value, int digits)
{
    return value ? decimals(*value, digits) : QStringLiteral("–");
}

} // namespace driftscope::ui
