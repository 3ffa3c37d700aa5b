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
    // The same hues, lighter and calmer: pure ones glare on black.
    static const std::array<QColor, armColorCount> onDark {
        QColor(0x4a, 0xa3, 0xdf), QColor(0xf0, 0x7d, 0x2e), QColor(0x2f, 0xbf, 0x95), QColor(0xdd, 0x96, 0xbf),
        QColor(0xf0, 0xb3, 0x40), QColor(0x8c, 0xcd, 0xf2), QColor(0xa0, 0xa0, 0xa0)};
    return (isDark ? onDark : colors)[arm % colors.size()];
}

QColor randomColor(bool isDark)
{
    return isDark ? QColor(0xa8, 0xa8, 0xa8) : QColor(0x6a, 0x6a, 0x6a);
}

} // namespace driftscope::ui
