// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings.h"

#include <QDir>
#include <QSettings>

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
    const int value = QSettings().value(key, fallback).toInt(&isNumber);
    return isNumber && value >= least && value <= most ? value : fallback;
}

} // namespace

QByteArray Settings::windowGeometry() const
{
    return QSettings().value(QStringLiteral("window/geometry")).toByteArray();
}

void Settings::setWindowGeometry(const QByteArray& geometry)
{
    QSettings().setValue(QStringLiteral("window/geometry"), geometry);
}

QString Settings::lastFolder(const QString& kind) const
{
    return QSettings().value(QStringLiteral("folders/") + kind, QDir::homePath()).toString();
}

void Settings::setLastFolder(const QString& kind, const QString& folder)
{
    QSettings().setValue(QStringLiteral("folders/") + kind, folder);
}

QSizeF Settings::figureSize() const
{
    return QSettings().value(QStringLiteral("figure/sizeMm"), QSizeF(170, 70)).toSizeF();
}

void Settings::setFigureSize(QSizeF sizeMm)
{
    QSettings().setValue(QStringLiteral("figure/sizeMm"), sizeMm);
}

double Settings::tokensPerSecond(const QString& engine) const
{
    return QSettings().value(engineKey(engine), 0.0).toDouble();
}

void Settings::setTokensPerSecond(const QString& engine, double rate)
{
    QSettings().setValue(engineKey(engine), rate);
}

Theme Settings::theme() const
{
    return static_cast<Theme>(wholeNumber(QStringLiteral("look/theme"), 0, 0, int(Theme::Dark)));
}

void Settings::setTheme(Theme theme)
{
    QSettings().setValue(QStringLiteral("look/theme"), int(theme));
}

int Settings::typePercent() const
{
    return wholeNumber(QStringLiteral("look/typePercent"), 100, smallestType, largestType);
}

void Settings::setTypePercent(int percent)
{
    QSettings().setValue(QStringLiteral("look/typePercent"), percent);
}

int Settings::threads() const
{
    return wholeNumber(QStringLiteral("compute/threads"), 0, 0, 1024);
}

void Settings::setThreads(int threads)
{
    QSettings().setValue(QStringLiteral("compute/threads"), threads);
}

StartWith Settings::startWith() const
{
    return static_cast<StartWith>(wholeNumber(QStringLiteral("start/with"), 0, 0, int(StartWith::LastOpenedAndLoaded)));
}

void Settings::setStartWith(StartWith what)
{
    QSettings().setValue(QStringLiteral("start/with"), int(what));
}

LastOpened Settings::lastOpened() const
{
    const QSettings file;
    return {file.value(QStringLiteral("last/dataset")).toString(),
            file.value(QStringLiteral("last/checkpoint")).toString(),
            file.value(QStringLiteral("last/experiment")).toString(),
            file.value(QStringLiteral("last/isModelLoaded")).toBool()};
}

void Settings::setLastOpened(const LastOpened& last)
{
    QSettings file;
    file.setValue(QStringLiteral("last/dataset"), last.dataset);
    file.setValue(QStringLiteral("last/checkpoint"), last.checkpoint);
    file.setValue(QStringLiteral("last/experiment"), last.experiment);
    file.setValue(QStringLiteral("last/isModelLoaded"), last.isModelLoaded);
}

QStringList Settings::recentPaths(const QString& kind) const
{
    return QSettings().value(QStringLiteral("recent/") + kind).toStringList();
}

void Settings::setRecentPaths(const QString& kind, const QStringList& paths)
{
    QSettings().setValue(QStringLiteral("recent/") + kind, paths);
}

} // namespace driftscope::ui
