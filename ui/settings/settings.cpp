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

} // namespace driftscope::ui
