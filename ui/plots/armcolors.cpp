// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/armcolors.h"

#include <array>

namespace driftscope::ui {

QColor armColor(std::size_t arm, bool isDark)
{
    // Okabe and Ito 2008, "Color Universal Design"; yellow is left out, it vanishes on white.
    static const std::array<QColor, armColorCount> colors {
        QColor(0x00, 0x72, 0xb2), QColor(0xd5, 0x5e, 0x00), QColor(0x00, 0x9e, 0x73), QColor(0xcc, 0x79, 0xa7),
        QColor(0xe6, 0x9f, 0x00), QColor(0x56, 0xb4, 0xe9), QColor(0x7f, 0x7f, 0x7f)};
    const QColor color = colors[arm % colors.size()];
    return isDark ? color.lighter(color.lightnessF() < 0.4F ? 150 : 115) : color;
}

QColor randomColor(bool isDark)
{
    return isDark ? QColor(0xa8, 0xa8, 0xa8) : QColor(0x6a, 0x6a, 0x6a);
}

} // namespace driftscope::ui
