// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/windowscene.h"

#include "ui/pages/live/livepage.h"
#include "ui/pages/simulate/simulatepage.h"
#include "ui/pages/start/startpresenter.h"
#include "ui/pages/tune/tunepage.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QMetaEnum>
#include <QPalette>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace driftscope::ui {

namespace {

QString inSource(const char* path)
{
    return QStringLiteral(DRIFTSCOPE_SOURCE_DIR) + QLatin1Char('/') + QString::fromLatin1(path);
}

bool writeText(const QString& path, const QByteArray& text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

/// Starts a job and waits for its end.
bool finishes(JobRunner& job, const std::function<void()>& start)
{
    QSignalSpy ended(&job, &JobRunner::ended);
    start();
    return waitUntil([&] { return !ended.isEmpty(); }, 300'000)
        && ended.first().first().value<Outcome>() == Outcome::Finished;
}

} // namespace

PrivateFolders::PrivateFolders()
    : m_before(QDir::currentPath())
{
    const std::pair<const char*, const char*> folders[] {{"HOME", "home"},
                                                         {"XDG_CONFIG_HOME", "config"},
                                                         {"XDG_DATA_HOME", "data"},
                                                         {"XDG_CACHE_HOME", "cache"},
                                                         {"XDG_STATE_HOME", "state"},
                                                         {"XDG_RUNTIME_DIR", "runtime"}};
    for (const auto& [variable, name] : folders) {
        QDir().mkpath(file(QString::fromLatin1(name)));
        qputenv(variable, file(QString::fromLatin1(name)).toUtf8());
    }
    QFile::setPermissions(file(QStringLiteral("runtime")), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    QDir::setCurrent(file(QStringLiteral("home")));
}

PrivateFolders::~PrivateFolders()
{
    QDir::setCurrent(m_before);
}

void setDark(bool isDark)
{
    static const QPalette light = QApplication::palette();
    QPalette dark(QColor(0x35, 0x35, 0x35), QColor(0x2b, 0x2b, 0x2b));
    dark.setColor(QPalette::Base,
                  QColor(0x1e, 0x1e, 0x1e)); // as dark desktops have it; made from two colours it is black
    dark.setColor(QPalette::AlternateBase, QColor(0x26, 0x26, 0x26));
    QApplication::setPalette(isDark ? dark : light);
}

bool waitUntil(const std::function<bool()>& isTrue, int timeoutMs)
{
    return QTest::qWaitFor(isTrue, timeoutMs);
}

void settle(int ms)
{
    QTest::qWait(ms);
}

std::vector<MainWindow::Page> allPages()
{
    const auto pages = QMetaEnum::fromType<MainWindow::Page>();
    std::vector<MainWindow::Page> all;
    for (int i = 0; i < pages.keyCount(); ++i)
        all.push_back(static_cast<MainWindow::Page>(pages.value(i)));
    return all;
}

QString pageName(MainWindow::Page page)
{
    return QString::fromLatin1(QMetaEnum::fromType<MainWindow::Page>().valueToKey(page)).toLower();
}

WindowScene::WindowScene(std::shared_ptr<Engine> engine)
{
    const std::filesystem::path store = file(QStringLiteral("runs.sqlite")).toStdString();
    m_workspace = std::make_unique<Workspace>(std::move(engine), store);
    m_window = std::make_unique<MainWindow>(*m_workspace);
}

bool WindowScene::openDataset(const QString& path)
{
    return finishes(m_workspace->datasetJob(), [&] { m_workspace->openDataset(path); })
        && m_workspace->focus().dataset().has_value();
}

bool WindowScene::loadModel(const QString& checkpoint)
{
    if (checkpoint.isEmpty())
        m_workspace->openFakeModel();
    else if (!finishes(m_workspace->checkpointJob(), [&] { m_workspace->openCheckpoint(checkpoint); }))
        return false;
    return finishes(m_workspace->modelJob(), [&] { m_workspace->loadModel({}); })
        && m_workspace->focus().engine() != nullptr;
}

void WindowScene::useExperiment(int users, int queries, const QString& wording)
{
    simulate::Experiment draft = m_workspace->focus().experiment();
    draft.name = std::to_string(users) + " users";
    draft.replay.maxUsers = users;
    draft.replay.queriesPerUser = queries;
    draft.candidates.count = 20;
    draft.metrics.minimumPerPoint = 3;
    draft.metrics.windowSize = 10;
    if (!wording.isEmpty())
        for (auto& arm : draft.arms)
            arm.wording = wording.toStdString();
    m_workspace->focus().setExperiment(std::move(draft));
}

void WindowScene::showDrift(int users)
{
    m_workspace->openExperiment(inSource("resources/experiments/drift-seen.json"));
    const simulate::Experiment& opened = m_workspace->focus().experiment();
    if (!waitUntil([&] { return opened.arms.size() > 5; }))
        return;
    simulate::Experiment draft = opened;
    const std::vector<std::string_view> told {"fresh", "stale", "fresh-demos-stale-history", "demos-only-flipped",
                                              "oracle"};
    std::erase_if(draft.arms, [&](const auto& arm) { return std::ranges::find(told, arm.name) == told.end(); });
    draft.replay.maxUsers = users;
    m_workspace->focus().setExperiment(std::move(draft));
    m_workspace->focus().setArm(0);
    m_workspace->focus().setMoment(momentAfterShift(m_workspace->focus().dataset()->dataset()));
    m_window->tunePage().session().openPlan(inSource("resources/tuning/drift-tiny.json"));
    m_window->showPage(MainWindow::Live);
    m_window->livePage().startFirstScenario();
    waitUntil([&] { return m_window->livePage().presenter().scenario() != nullptr; });
    settle(1000);
    m_window->livePage().step(1);
    settle(500);
}

void WindowScene::startRun()
{
    m_window->simulatePage().session().start(false);
}

bool WindowScene::isRunning()
{
    return m_window->simulatePage().session().isRunning();
}

void WindowScene::chooseMoment()
{
    const auto& dataset = m_workspace->focus().dataset();
    if (dataset)
        m_workspace->focus().setMoment(static_cast<data::InteractionIndex>(dataset->dataset().size() / 2));
}

void WindowScene::breakThings()
{
    const QString noModel = file(QStringLiteral("no-model.gguf"));
    const QString noPlan = file(QStringLiteral("experiment.json"));
    writeText(noModel, "GGUF is what this file says, and then nothing that follows the format.");
    writeText(noPlan, "{\"version\": 1, \"name\": \"broken\", \"replay\": {\"maxUsers\": \"many\"}}");
    m_workspace->openDataset(QStringLiteral("/nowhere/ratings.csv"));
    m_workspace->openCheckpoint(noModel);
    m_workspace->openExperiment(noPlan);
    settle(600);
}

bool writeInteractions(const QString& path, int rows, int users)
{
    QFile csv(path);
    if (!csv.open(QIODevice::WriteOnly))
        return false;
    csv.write("user_id,item_id,rating,timestamp,title\n");
    QByteArray text;
    std::uint32_t state = 12345; // a linear congruential step is random enough for a benchmark
    for (int row = 0; row < rows; ++row) {
        state = state * 1664525U + 1013904223U;
        const auto item = QByteArray::number((state >> 8) % 4000);
        text += 'u' + QByteArray::number(row % users) + ",i" + item + ',' + QByteArray::number(1 + (state >> 20) % 5)
            + ',' + QByteArray::number(880'000'000 + qint64(row) * 60) + ",Film " + item + " (1990)\n";
        if (text.size() > 1'000'000 || row + 1 == rows) {
            csv.write(text);
            text.clear();
        }
    }
    return true;
}

QString plantedDataset()
{
    return inSource("datasets/planted");
}

QString tinyModel()
{
    return inSource("datasets/models/drift-tiny");
}

} // namespace driftscope::ui
