// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"

#include "app/engine/lazyengine.h"
#include "core/base/datafolder.h"
#include "core/store/runstore.h"
#include "ui/engine/fakeengine.h"
#include "ui/focus/workspace.h"
#include "ui/mainwindow.h"
#include "ui/recovery/lastsession.h"
#include "ui/recovery/recovery.h"
#include "ui/shell/appearance.h"

namespace driftscope::app {

namespace {

std::shared_ptr<ui::Engine> makeEngine(bool isFake)
{
    if (isFake)
        return std::make_shared<ui::FakeEngine>();
    return std::make_shared<LazyEngine>();
}

ui::MainWindow::Page pageOf(const StartOptions& options)
{
    using ui::MainWindow;
    static const QStringList names {QStringLiteral("start"),   QStringLiteral("data"), QStringLiteral("model"),
                                    QStringLiteral("probe"),   QStringLiteral("live"), QStringLiteral("simulate"),
                                    QStringLiteral("results"), QStringLiteral("tune")};
    if (const auto named = names.indexOf(options.page); named >= 0)
        return static_cast<MainWindow::Page>(named);
    if (options.run > 0 || options.showsLastRun)
        return MainWindow::Results;
    if (!options.experiment.isEmpty())
        return MainWindow::Simulate;
    if (!options.checkpoint.isEmpty() || options.isFakeModel)
        return options.dataset.isEmpty() ? MainWindow::Model : MainWindow::Probe;
    return options.dataset.isEmpty() ? MainWindow::Start : MainWindow::Data;
}

/// Nothing was asked for: the start page, or what was open last.
bool isBare(const StartOptions& options)
{
    return options.paths.isEmpty() && options.experiment.isEmpty() && options.dataset.isEmpty()
        && options.checkpoint.isEmpty() && options.page.isEmpty() && options.run == 0 && !options.showsLastRun
        && !options.isFakeModel;
}

} // namespace

Application::Application(const StartOptions& options)
    : m_workspace(std::make_unique<ui::Workspace>(makeEngine(options.isFakeModel),
                                                  options.store.empty() ? store::defaultStorePath() : options.store))
    , m_recovery(std::make_unique<ui::Recovery>(*m_workspace, dataFolder() / "drafts"))
{
    ui::applyAppearance(ui::Settings());
    m_window = std::make_unique<ui::MainWindow>(*m_workspace);
    m_window->setRecovery(*m_recovery);
    open(options);
    ui::rememberSession(*m_workspace);
}

Application::~Application() = default;

void Application::open(const StartOptions& options)
{
    // What a model did to the last session it would do to this one.
    const auto& last = m_recovery->lastEnd();
    const bool mayLoad = !last.wasUnclean || last.model.isEmpty();
    if (isBare(options) && ui::resumeSession(*m_workspace, mayLoad)) {
        m_window->showPage(ui::MainWindow::Probe);
        return;
    }
    openNamed(options, mayLoad);
    m_window->showPage(pageOf(options));
    if (options.run > 0)
        m_window->showRun(options.run);
    for (const QString& path : options.paths)
        m_window->openPath(path);
}

void Application::openNamed(const StartOptions& options, bool mayLoad)
{
    if (!options.experiment.isEmpty())
        m_workspace->openExperiment(options.experiment);
    // What is named beside the experiment takes the place of what it names.
    m_workspace->experimentJob().whenEnded(m_window.get(),
                                           [this, options, mayLoad](ui::Outcome) { openSources(options, mayLoad); });
}

void Application::openSources(const StartOptions& options, bool mayLoad)
{
    if (!options.dataset.isEmpty())
        m_workspace->openDataset(options.dataset);
    if (!options.checkpoint.isEmpty() && !options.isFakeModel)
        m_workspace->openCheckpoint(options.checkpoint);
    if (options.isFakeModel) {
        m_workspace->openFakeModel();
        m_workspace->loadModel({});
    } else if (options.loadsModel && mayLoad) {
        m_workspace->loadWhenRead();
    }
}

} // namespace driftscope::app
