// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings.h"

#include "ui/settings/settingsfile.h"

#include <QDir>

namespace driftscope::ui {

namespace {

QString engineKey(const QString& engine)
{
    return QStringLiteral("speed/") + QString(engine).replace(QLatin1Char('/'), QLatin1Char('_'));
}

/// A whole number of the file, or the fallback where it is none of the allowed ones.
int wholeNumber(const QString& key, int fallback, int least, int most)
{
    bool isNumber = false;
    const int value = settingsFile().value(key, fallback).toInt(&isNumber);
    return isNumber && value >= least && value <= most ? value : fallback;
}

} // namespace

QByteArray Settings::windowGeometry() const
{
    return settingsFile().value(QStringLiteral("window/geometry")).toByteArray();
}

void Settings::setWindowGeometry(const QByteArray& geometry)
{
    settingsFile().setValue(QStringLiteral("window/geometry"), geometry);
}

QString Settings::lastFolder(const QString& kind) const
{
    return settingsFile().value(QStringLiteral("folders/") + kind, QDir::homePath()).toString();
}

void Settings::setLastFolder(const QString& kind, const QString& folder)
{
    settingsFile().setValue(QStringLiteral("folders/") + kind, folder);
}

QSizeF Settings::figureSize() const
{
    return settingsFile().value(QStringLiteral("figure/sizeMm"), QSizeF(170, 70)).toSizeF();
}

void Settings::setFigureSize(QSizeF sizeMm)
{
    settingsFile().setValue(QStringLiteral("figure/sizeMm"), sizeMm);
}

double Settings::tokensPerSecond(const QString& engine) const
{
    return settingsFile().value(engineKey(engine), 0.0).toDouble();
}

void Settings::setTokensPerSecond(const QString& engine, double rate)
{
    settingsFile().setValue(engineKey(engine), rate);
}

Theme Settings::theme() const
{
    return static_cast<Theme>(wholeNumber(QStringLiteral("look/theme"), 0, 0, int(Theme::Dark)));
}

void Settings::setTheme(Theme theme)
{
    settingsFile().setValue(QStringLiteral("look/theme"), int(theme));
}

int Settings::typePercent() const
{
    return wholeNumber(QStringLiteral("look/typePercent"), 100, smallestType, largestType);
}

void Settings::setTypePercent(int percent)
{
    settingsFile().setValue(QStringLiteral("look/typePercent"), percent);
}

int Settings::threads() const
{
    return wholeNumber(QStringLiteral("compute/threads"), 0, 0, 1024);
}

void Settings::setThreads(int threads)
{
    settingsFile().setValue(QStringLiteral("compute/threads"), threads);
}

StartWith Settings::startWith() const
{
    return static_cast<StartWith>(wholeNumber(QStringLiteral("start/with"), 0, 0, int(StartWith::LastOpenedAndLoaded)));
}

void Settings::setStartWith(StartWith what)
{
    settingsFile().setValue(QStringLiteral("start/with"), int(what));
}

LastOpened Settings::lastOpened() const
{
    const SettingsFile& file = settingsFile();
    return {file.value(QStringLiteral("last/dataset")).toString(),
            file.value(QStringLiteral("last/checkpoint")).toString(),
            file.value(QStringLiteral("last/experiment")).toString(),
            file.value(QStringLiteral("last/isModelLoaded")).toBool()};
}

void Settings::setLastOpened(const LastOpened& last)
{
    SettingsFile& file = settingsFile();
    file.setValue(QStringLiteral("last/dataset"), last.dataset);
    file.setValue(QStringLiteral("last/checkpoint"), last.checkpoint);
    file.setValue(QStringLiteral("last/experiment"), last.experiment);
    file.setValue(QStringLiteral("last/isModelLoaded"), last.isModelLoaded);
}

QStringList Settings::recentPaths(const QString& kind) const
{
    return settingsFile().value(QStringLiteral("recent/") + kind).toStringList();
}

void Settings::setRecentPaths(const QString& kind, const QStringList& paths)
{
    settingsFile().setValue(QStringLiteral("recent/") + kind, paths);
}

} // namespace driftscope::ui
