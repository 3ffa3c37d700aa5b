// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"

#include "app/engine/lazyengine.h"
#include "core/store/runstore.h"
#include "ui/engine/fakeengine.h"
#include "ui/focus/workspace.h"
#include "ui/mainwindow.h"

#include <QStringList>

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
    static const QStringList names {QStringLiteral("start"), QStringLiteral("data"),     QStringLiteral("model"),
                                    QStringLiteral("probe"), QStringLiteral("live"),     QStringLiteral("simulate"),
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

} // namespace

Application::Application(const StartOptions& options)
    : m_workspace(std::make_unique<ui::Workspace>(makeEngine(options.isFakeModel),
                                                  options.store.empty() ? store::defaultStorePath() : options.store))
    , m_window(std::make_unique<ui::MainWindow>(*m_workspace))
{
    open(options);
}

Application::~Application() = default;

void Application::open(const StartOptions& options)
{
    if (!options.experiment.isEmpty())
        m_workspace->openExperiment(options.experiment);
    if (!options.dataset.isEmpty())
        m_workspace->openDataset(options.dataset);
    if (!options.checkpoint.isEmpty() && !options.isFakeModel)
        m_workspace->openCheckpoint(options.checkpoint);
    if (options.isFakeModel) {
        m_workspace->openFakeModel();
        m_workspace->loadModel({});
    } else if (options.loadsModel) {
        QObject::connect(
            &m_workspace->checkpointJob(), &ui::JobRunner::ended, m_workspace.get(),
            [this] { m_workspace->loadModel({}); }, Qt::SingleShotConnection);
    }
    m_window->showPage(pageOf(options));
    if (options.run > 0)
        m_window->showRun(options.run);
}

} // namespace driftscope::app
