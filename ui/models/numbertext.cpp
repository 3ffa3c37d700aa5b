// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/numbertext.h"

#include <QLocale>

namespace driftscope::ui {

QString countText(std::uint64_t count)
{
    return QLocale().toString(qulonglong(count));
}

QString decimals(double value, int digits)
{
    return QLocale().toString(value, 'f', digits);
}

QString decimals(const std::optional<double>& value, int digits)
{
    return value ? decimals(*value, digits) : QStringLiteral("–");
}

} // namespace driftscope::ui
