// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/components.h"

#include "core/store/runstore.h"
#include "ui/plots/axisstyle.h"

#include <QCoreApplication>
#include <QSysInfo>

#include <nlohmann/json.hpp>

namespace driftscope::ui {

namespace {

QString text(const char* source)
{
    return QCoreApplication::translate("Components", source);
}

} // namespace

std::vector<Component> components(const QString& libtorchVersion)
{
    const QString json = QStringLiteral("%1.%2.%3")
                             .arg(NLOHMANN_JSON_VERSION_MAJOR)
                             .arg(NLOHMANN_JSON_VERSION_MINOR)
                             .arg(NLOHMANN_JSON_VERSION_PATCH);
    return {
        {QStringLiteral("Driftscope"), QCoreApplication::applicationVersion(), QStringLiteral("GPL-3.0-or-later"),
         text("this program, its data and models")},
        {QStringLiteral("Qt"), QString::fromLatin1(qVersion()), QStringLiteral("LGPL-3.0-only"), text("the window")},
        {QStringLiteral("QCustomPlot"), plotLibraryVersion(), QStringLiteral("GPL-3.0-or-later"), text("plots")},
        {QStringLiteral("libtorch"), libtorchVersion, QStringLiteral("BSD-3-Clause"), text("runs the models")},
        {QStringLiteral("SQLite"), QString::fromStdString(store::sqliteVersion()), QStringLiteral("blessing"),
         text("keeps the runs")},
        {QStringLiteral("SQLiteCpp"), {}, QStringLiteral("MIT"), text("access to SQLite")},
        {QStringLiteral("JSON for Modern C++"), json, QStringLiteral("MIT"), text("files of experiments")},
        {QStringLiteral("tl::expected"), {}, QStringLiteral("CC0-1.0"), text("results that may be errors")},
        {QStringLiteral("CLI11"), {}, QStringLiteral("BSD-3-Clause"), text("the command line")},
        {QStringLiteral("libcsv"), {}, QStringLiteral("LGPL-2.1-or-later"), text("reads tables")},
        {QStringLiteral("PCRE2"), {}, QStringLiteral("BSD-3-Clause"), text("tokenizers")},
        {QStringLiteral("utf8proc"), {}, QStringLiteral("MIT"), text("Unicode normalization")},
        {QStringLiteral("xxHash"), {}, QStringLiteral("BSD-2-Clause"), text("content hashes")},
    };
}

QString versionText(const std::vector<Component>& components)
{
    QString lines;
    for (const Component& one : components)
        if (!one.version.isEmpty())
            lines += one.name + QLatin1Char(' ') + one.version + QLatin1Char('\n');
    return lines + QSysInfo::prettyProductName() + QLatin1String(", ") + QSysInfo::currentCpuArchitecture()
        + QLatin1Char('\n');
}

} // namespace driftscope::ui
