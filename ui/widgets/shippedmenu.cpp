// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/shippedmenu.h"

#include "ui/focus/shippedfiles.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace driftscope::ui {

namespace {

struct ShippedFile {
    QString path;
    QString name;
    QString description;
};

/// Those that have a name, which schemas have not; by name.
std::vector<ShippedFile> readNamed(const QString& folder)
{
    std::vector<ShippedFile> files;
    for (const QFileInfo& info : QDir(folder).entryInfoList({QStringLiteral("*.json")}, QDir::Files)) {
        QFile file(info.filePath());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
        if (const QString name = json[QLatin1String("name")].toString(); !name.isEmpty())
            files.push_back({info.filePath(), name, json[QLatin1String("description")].toString()});
    }
    std::ranges::sort(files, {}, &ShippedFile::name);
    return files;
}

} // namespace

ShippedMenu::ShippedMenu(const QString& title, const QString& place, QWidget* parent)
    : QMenu(title, parent)
{
    setToolTipsVisible(true);
    setEnabled(false);
    const QString folder = shippedPath(place);
    if (folder.isEmpty())
        return;
    m_job.run<std::vector<ShippedFile>>(
        title, [folder](const JobContext&) { return Result<std::vector<ShippedFile>>(readNamed(folder)); },
        [this](const Result<std::vector<ShippedFile>>& files) {
            if (!files)
                return;
            for (const ShippedFile& file : *files) {
                QAction* action = addAction(QString(file.name).replace(QLatin1Char('&'), QLatin1String("&&")));
                action->setToolTip(QStringLiteral("<p>%1</p>").arg(file.description.toHtmlEscaped()));
                connect(action, &QAction::triggered, this, [this, path = file.path] { emit chosen(path); });
            }
            setEnabled(!files->empty());
        });
}

} // namespace driftscope::ui
