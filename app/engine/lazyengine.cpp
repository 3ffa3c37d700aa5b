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

Result<LazyEngine::Opened> LazyEngine::open()
{
    const std::lock_guard lock(m_mutex);
    if (m_engine)
        return Opened {m_engine.get(), dynamic_cast<ui::Tuner*>(m_engine.get())};
    QString problem = QStringLiteral("there is no such file");
    for (const QString& path : engineLibraryPaths()) {
        if (!QFileInfo::exists(path))
            continue;
        QLibrary library(path);
        const auto make = reinterpret_cast<ui::Engine* (*)()>(library.resolve("driftscopeMakeEngine"));
        if (make) {
            m_engine.reset(make());
            return Opened {m_engine.get(), dynamic_cast<ui::Tuner*>(m_engine.get())};
        }
        problem = library.errorString();
    }
    return fail(ErrorCode::NotFound,
                engineLibraryPaths().first().toStdString() + ": the inference engine cannot be opened ("
                    + problem.toStdString() + "); build or install the program again.");
}

std::string LazyEngine::libraryVersion() const
{
    return DRIFTSCOPE_LIBTORCH_VERSION;
}

Result<std::shared_ptr<const ui::LoadedEngine>>
LazyEngine::load(std::shared_ptr<const checkpoint::Checkpoint> checkpoint, const inference::LoadOptions& options,
                 const JobContext& context)
{
    context.report({0, 0, "open the inference engine"});
    DRIFTSCOPE_TRY(const Opened opened, open());
    return opened.engine->load(std::move(checkpoint), options, context);
}

Result<tuning::TuningOutcome> LazyEngine::tune(const tuning::TuningPlan& plan, const tuning::TuningOptions& options,
                                               const JobContext& context)
{
    context.report({0, 0, "open the inference engine"});
    DRIFTSCOPE_TRY(const Opened opened, open());
    if (opened.tuner == nullptr)
        return fail(ErrorCode::NotFound,
                    "The inference engine's library is of another version; build the program again.");
    return opened.tuner->tune(plan, options, context);
}

} // namespace driftscope::app
