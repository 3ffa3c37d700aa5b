// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/pathkind.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

namespace driftscope::ui {

namespace {

constexpr qint64 largestJson = 4 << 20; // experiments and plans are some kilobytes

PathKind kindOfFolder(const QDir& folder)
{
    if (folder.exists(QStringLiteral("adapter_config.json")))
        return PathKind::Adapter;
    const bool hasModel = folder.exists(QStringLiteral("config.json"))
        || !folder.entryList({QStringLiteral("*.gguf"), QStringLiteral("*.safetensors")}, QDir::Files).isEmpty();
    return hasModel ? PathKind::Checkpoint : PathKind::Dataset;
}

PathKind kindOfJson(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > largestJson)
        return PathKind::UnknownJson;
    const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
    const auto has = [&object](const char* key) { return object.contains(QLatin1String(key)); };
    if (has("arms"))
        return PathKind::Experiment;
    if (has("stages") || (has("optimization") && has("split")))
        return PathKind::TuningPlan;
    if (has("demonstration") && has("query"))
        return PathKind::Template;
    return PathKind::UnknownJson;
}

} // namespace

PathKind pathKind(const QString& path)
{
    const QFileInfo file(path);
    if (!file.exists())
        return PathKind::Missing;
    if (file.isDir())
        return kindOfFolder(QDir(path));
    const QString name = file.fileName();
    const QString suffix = file.suffix().toLower();
    if (name == QLatin1String("adapter_config.json") || name == QLatin1String("adapter_model.safetensors"))
        return PathKind::Adapter;
    for (const char* ending : {"gguf", "safetensors", "pt", "pts", "ts"})
        if (suffix == QLatin1String(ending))
            return PathKind::Checkpoint;
    if (name == QLatin1String("config.json"))
        return PathKind::Checkpoint;
    return suffix == QLatin1String("json") ? kindOfJson(path) : PathKind::Dataset;
}

} // namespace driftscope::ui
