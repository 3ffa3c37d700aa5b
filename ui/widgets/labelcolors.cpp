// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/labelcolors.h"

#include <QCoreApplication>

namespace driftscope::ui {

bool isDarkPalette(const QPalette& palette)
{
    return palette.color(QPalette::Base).lightnessF() < 0.5F;
}

QColor labelColor(bool isLiked, const QPalette& palette)
{
    if (isDarkPalette(palette))
        return isLiked ? QColor(0x56, 0xb4, 0xe9) : QColor(0xf0, 0xa0, 0x4b);
    return isLiked ? QColor(0x00, 0x72, 0xb2) : QColor(0xd5, 0x5e, 0x00);
}

QColor spanColor(prompt::SpanKind kind, const QPalette& palette)
{
    const auto hue = [kind] {
        switch (kind) {
        case prompt::SpanKind::Header:
            return QColor(0x99, 0x99, 0x99);
        case prompt::SpanKind::Demonstration:
            return QColor(0x56, 0xb4, 0xe9);
        case prompt::SpanKind::History:
            return QColor(0x00, 0x9e, 0x73);
        case prompt::SpanKind::Target:
            return QColor(0xe6, 0x9f, 0x00);
        case prompt::SpanKind::Answer:
            return QColor(0xd5, 0x5e, 0x00);
        case prompt::SpanKind::Query:
            return QColor(0xcc, 0x79, 0xa7);
        case prompt::SpanKind::Cue:
            return QColor(0xf0, 0xe4, 0x42);
        }
        return QColor(Qt::gray);
    }();
    const QColor base = palette.color(QPalette::Base);
    const float share = isDarkPalette(palette) ? 0.42F : 0.32F; // mixed with the ground, so that text stays readable
    return QColor::fromRgbF(base.redF() + (hue.redF() - base.redF()) * share,
                            base.greenF() + (hue.greenF() - base.greenF()) * share,
                            base.blueF() + (hue.blueF() - base.blueF()) * share);
}

QString spanTitle(prompt::SpanKind kind)
{
    const auto say = [](const char* text) { return QCoreApplication::translate("SpanKind", text); };
    switch (kind) {
    case prompt::SpanKind::Header:
        return say(QT_TRANSLATE_NOOP("SpanKind", "instruction"));
    case prompt::SpanKind::Demonstration:
        return say(QT_TRANSLATE_NOOP("SpanKind", "demonstration"));
    case prompt::SpanKind::History:
        return say(QT_TRANSLATE_NOOP("SpanKind", "history"));
    case prompt::SpanKind::Target:
        return say(QT_TRANSLATE_NOOP("SpanKind", "target"));
    case prompt::SpanKind::Answer:
        return say(QT_TRANSLATE_NOOP("SpanKind", "answer"));
    case prompt::SpanKind::Query:
        return say(QT_TRANSLATE_NOOP("SpanKind", "query"));
    case prompt::SpanKind::Cue:
        return say(QT_TRANSLATE_NOOP("SpanKind", "cue"));
    }
    return {};
}

} // namespace driftscope::ui
