// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/lazyengine.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLibrary>

namespace driftscope::app {

QStringList engineLibraryPaths()
{
    const QString program = QCoreApplication::applicationDirPath();
    const QString file = QStringLiteral("/driftscope/libdriftscope-engine.so");
    return {program + QStringLiteral("/../lib") + file, program + QStringLiteral("/../" DRIFTSCOPE_LIBDIR) + file};
}

Result<ui::Engine*> LazyEngine::open()
{
    const std::lock_guard lock(m_mutex);
    if (m_engine)
        return m_engine.get();
    QString problem = QStringLiteral("there is no such file");
    for (const QString& path : engineLibraryPaths()) {
        if (!QFileInfo::exists(path))
            continue;
        QLibrary library(path);
        const auto make = reinterpret_cast<ui::Engine* (*)()>(library.resolve("driftscopeMakeEngine"));
        if (make) {
            m_engine.reset(make());
            return m_engine.get();
        }
        problem = library.errorString();
    }
    return fail(ErrorCode::NotFound,
                engineLibraryPaths().first().toStdString() + ": the inference engine cannot be opened ("
                    + problem.toStdString() + "); build or install the program again.");
}

Result<std::shared_ptr<const ui::LoadedEngine>>
LazyEngine::load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint, const inference::LoadOptions& options,
                 const JobContext& context)
{
    context.report({0, 0, "open the inference engine"});
    DRIFTSCOPE_TRY(ui::Engine* const engine, open());
    return engine->load(std::move(checkpoint), options, context);
}

} // namespace driftscope::app
