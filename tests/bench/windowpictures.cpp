// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every page: empty, loaded, running and in error, in two sizes, light and dark, and sheets of all pages in
// one state. The file names say which model ranked: drift-tiny, or the fake one.
#include "app/engine/lazyengine.h"
#include "ui/engine/fakeengine.h"
#include "ui/widgets/messagebar.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QPainter>
#include <QTabWidget>

#include <algorithm>
#include <cstdio>

#include "tests/ui/support/layoutcheck.h"
#include "tests/ui/support/windowscene.h"

using namespace driftscope;
using namespace driftscope::ui;

namespace {

struct Look {
    QSize size;
    bool isDark;

    [[nodiscard]] QString text() const
    {
        return QStringLiteral("%1x%2-%3")
            .arg(size.width())
            .arg(size.height())
            .arg(isDark ? QStringLiteral("dark") : QStringLiteral("light"));
    }
};

const std::vector<Look> looks {{{1100, 700}, false}, {{1100, 700}, true}, {{1920, 1080}, false}, {{1920, 1080}, true}};

class Photographer
{
public:
    Photographer(const QString& folder, bool isFake)
        : m_folder(folder)
        , m_isFake(isFake)
    {
        QDir().mkpath(m_folder);
    }

    /// All states in one look; a window for each state, so that nothing of another one is left.
    void takeAll(const Look& look)
    {
        setDark(look.isDark);
        take(look, QStringLiteral("empty"), [](WindowScene& /*scene*/) {});
        take(look, QStringLiteral("loaded"), [this](WindowScene& scene) {
            load(scene);
            scene.showDrift(60);
            scene.startRun();
            waitUntil([&] { return !scene.isRunning(); }, 300'000);
            scene.window().messages().hide();
            scene.window().showPage(MainWindow::Results);
            settle(1500);
        });
        take(look, QStringLiteral("running"), [this](WindowScene& scene) {
            load(scene);
            scene.showDrift(400);
            scene.startRun();
            settle(8000); // until curves have grown
        });
        take(look, QStringLiteral("error"), [](WindowScene& scene) { scene.breakThings(); });
    }

    [[nodiscard]] int count() const { return m_count; }

private:
    std::shared_ptr<Engine> makeEngine() const
    {
        if (m_isFake)
            return std::make_shared<FakeEngine>();
        return std::make_shared<app::LazyEngine>();
    }

    void load(WindowScene& scene) const
    {
        if (!scene.openDataset(plantedDataset()) || !scene.loadModel(m_isFake ? QString() : tinyModel()))
            std::fprintf(stderr, "the data or the model could not be opened\n");
        settle(600);
    }

    void take(const Look& look, const QString& state, const std::function<void(WindowScene&)>& prepare)
    {
        WindowScene scene(makeEngine());
        scene.window().resize(look.size);
        scene.window().show();
        prepare(scene);
        std::vector<std::pair<QString, QPixmap>> pictures;
        for (const auto page : allPages()) {
            scene.window().showPage(page);
            settle(500);
            keep(scene, QStringLiteral("%1-%2").arg(pageName(page), state), look, pictures);
            takeTabs(scene, QStringLiteral("%1-%2").arg(pageName(page), state), look, pictures);
        }
        saveSheet(look, state, pictures);
    }

    /// The pages' tabs that are not in front.
    void takeTabs(WindowScene& scene, const QString& name, const Look& look,
                  std::vector<std::pair<QString, QPixmap>>& pictures)
    {
        for (auto* tabs : scene.window().findChildren<QTabWidget*>()) {
            if (!tabs->isVisible())
                continue;
            const int front = tabs->currentIndex();
            for (int i = 0; i < tabs->count(); ++i)
                if (i != front && tabs->isTabEnabled(i)) {
                    tabs->setCurrentIndex(i);
                    settle(300);
                    keep(scene, QStringLiteral("%1-tab%2").arg(name).arg(i + 1), look, pictures);
                }
            tabs->setCurrentIndex(front);
        }
    }

    void keep(WindowScene& scene, const QString& name, const Look& look,
              std::vector<std::pair<QString, QPixmap>>& pictures)
    {
        const QString model = m_isFake ? QStringLiteral("fake-model") : QStringLiteral("drift-tiny");
        const QString file = QStringLiteral("%1-%2-%3.png").arg(name, look.text(), model);
        const QPixmap picture = scene.window().grab();
        picture.save(m_folder + QLatin1Char('/') + file);
        pictures.emplace_back(name, picture);
        ++m_count;
        const QString problems = layoutReport(scene.window());
        if (!problems.isEmpty())
            std::printf("%s\n  %s\n", qPrintable(file),
                        qPrintable(QString(problems).replace(QLatin1Char('\n'), QStringLiteral("\n  "))));
        std::fflush(stdout);
    }

    void saveSheet(const Look& look, const QString& state,
                   const std::vector<std::pair<QString, QPixmap>>& pictures) const
    {
        constexpr int columns = 3;
        constexpr int title = 22;
        const QSize cell(look.size.scaled(860, 860, Qt::KeepAspectRatio));
        const int rows = (static_cast<int>(pictures.size()) + columns - 1) / columns;
        QPixmap sheet(columns * (cell.width() + 8), rows * (cell.height() + title + 8));
        sheet.fill(Qt::gray);
        QPainter painter(&sheet);
        for (int i = 0; i < static_cast<int>(pictures.size()); ++i) {
            const QPoint at(i % columns * (cell.width() + 8) + 4, i / columns * (cell.height() + title + 8) + 4);
            const auto& [name, picture] = pictures[static_cast<std::size_t>(i)];
            painter.drawText(QRect(at, QSize(cell.width(), title)), Qt::AlignVCenter, name);
            painter.drawPixmap(at + QPoint(0, title),
                               picture.scaled(cell, Qt::KeepAspectRatio, Qt::SmoothTransformation));
        }
        sheet.save(m_folder + QStringLiteral("/sheet-%1-%2.png").arg(state, look.text()));
    }

    QString m_folder;
    bool m_isFake;
    int m_count = 0;
};

} // namespace

int main(int argc, char** argv)
{
    const QString startedIn = QDir::currentPath();
    const PrivateFolders folders;
    const QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("driftscope"));
    QApplication::setOrganizationName(QStringLiteral("driftscope-test"));
    QCommandLineParser parser;
    const QCommandLineOption fake(QStringLiteral("fake-model"),
                                  QStringLiteral("Without the engine, also where it is built."));
    const QCommandLineOption first(QStringLiteral("one-look"), QStringLiteral("Only 1100x700, light."));
    parser.addOptions({fake, first});
    parser.addPositionalArgument(QStringLiteral("FOLDER"), QStringLiteral("Where the pictures go."));
    parser.addHelpOption();
    parser.process(application);
    const QString folder = parser.positionalArguments().value(0, QStringLiteral("screenshots"));
    const bool isBuilt =
        std::ranges::any_of(app::engineLibraryPaths(), [](const QString& path) { return QFileInfo::exists(path); });
    Photographer photographer(QDir(startedIn).absoluteFilePath(folder), parser.isSet(fake) || !isBuilt);
    for (const Look& look : looks)
        if (!parser.isSet(first) || &look == &looks.front())
            photographer.takeAll(look);
    std::printf("%d pictures in %s\n", photographer.count(), qPrintable(folder));
    return 0;
}
