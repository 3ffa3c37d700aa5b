// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/appearance.h"

#include <QApplication>
#include <QFont>

namespace driftscope::ui {

namespace {

struct Colors {
    QColor window;
    QColor base;
    QColor alternate;
    QColor text;
    QColor weakText;
    QColor button;
    QColor highlight;
    QColor link;
};

constexpr int disabledAlpha = 110;

QPalette makePalette(const Colors& colors)
{
    QPalette palette(colors.button, colors.window); // works out light, mid and shadow
    palette.setColor(QPalette::WindowText, colors.text);
    palette.setColor(QPalette::Base, colors.base);
    palette.setColor(QPalette::AlternateBase, colors.alternate);
    palette.setColor(QPalette::ToolTipBase, colors.base);
    palette.setColor(QPalette::ToolTipText, colors.text);
    palette.setColor(QPalette::PlaceholderText, colors.weakText);
    palette.setColor(QPalette::Text, colors.text);
    palette.setColor(QPalette::ButtonText, colors.text);
    palette.setColor(QPalette::BrightText, Qt::white);
    palette.setColor(QPalette::Highlight, colors.highlight);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, colors.link);
    palette.setColor(QPalette::LinkVisited, colors.link);
    QColor disabled = colors.text;
    disabled.setAlpha(disabledAlpha);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, colors.weakText);
    return palette;
}

} // namespace

QPalette paletteOf(Theme theme)
{
    switch (theme) {
    case Theme::Light:
        return makePalette({QColor(0xf4, 0xf4, 0xf5), Qt::white, QColor(0xf0, 0xf1, 0xf3), QColor(0x1b, 0x1d, 0x21),
                            QColor(0x6c, 0x72, 0x7c), QColor(0xe6, 0xe7, 0xe9), QColor(0x1f, 0x65, 0xb0),
                            QColor(0x0b, 0x57, 0xa8)});
    case Theme::Dark:
        return makePalette({QColor(0x2a, 0x2c, 0x30), QColor(0x1f, 0x21, 0x24), QColor(0x27, 0x29, 0x2d),
                            QColor(0xe6, 0xe7, 0xe9), QColor(0x9a, 0xa0, 0xaa), QColor(0x3a, 0x3d, 0x43),
                            QColor(0x2b, 0x6c, 0xb0), QColor(0x7a, 0xb4, 0xf5)});
    default:
        return {};
    }
}

void applyAppearance(const Settings& settings)
{
    static const QFont systemFont = QApplication::font(); // before it was ever changed
    QApplication::setPalette(paletteOf(settings.theme()));
    QFont font = systemFont;
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * settings.typePercent() / 100);
    else
        font.setPixelSize(font.pixelSize() * settings.typePercent() / 100);
    QApplication::setFont(font);
}

} // namespace driftscope::ui
