// SPDX-License-Identifier: GPL-3.0-or-later
// How smooth the table of interactions is: a made-up dataset of a million rows (or as many as the first argument says)
// in the view of the page Data; ms of each frame while it scrolls, of each filter and order, and the longest time that
// the GUI thread was busy with one of them. QT_QPA_PLATFORM=offscreen measures without a screen.
#include "core/base/random.h"
#include "ui/engine/fakeengine.h"
#include "ui/pages/data/interactionview.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QScrollBar>
#include <QTableView>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <functional>

using namespace driftscope;
using namespace driftscope::ui;

namespace {

constexpr std::size_t userCount = 6'040;
constexpr std::size_t itemCount = 3'706;

std::shared_ptr<const data::UserHistory> makeHistory(std::size_t rows)
{
    static constexpr const char* words[] {"Star", "Night", "Return", "Love", "Day", "King", "Wars", "House"};
    RandomStream random(1, "tablebench");
    data::DatasetParts parts;
    parts.format = "bench";
    for (std::size_t user = 0; user < userCount; ++user)
        parts.userIds.push_back(std::to_string(user + 1));
    for (std::size_t item = 0; item < itemCount; ++item) {
        const auto index = parts.catalog.intern(std::to_string(item + 1));
        parts.catalog.setTitle(index,
                               std::string(words[random.index(8)]) + " of the " + words[random.index(8)] + " "
                                   + std::to_string(1920 + random.index(80)));
    }
    for (std::size_t i = 0; i < rows; ++i) // each user meets each item once
        parts.interactions.push_back({static_cast<data::UserIndex>(i % userCount),
                                      static_cast<data::ItemIndex>((i / userCount + i * 7) % itemCount),
                                      static_cast<float>(1 + random.index(5)),
                                      fromUnix(956'703'932 + static_cast<std::int64_t>(random.index(90'000'000))),
                                      static_cast<std::uint32_t>(i + 2)});
    return std::make_shared<const data::UserHistory>(data::Dataset::build(std::move(parts)).value(),
                                                     data::LabelRule::defaultFor(data::RatingKind::Rating));
}

double elapsed(const QElapsedTimer& timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void print(const char* what, std::vector<double> ms)
{
    std::ranges::sort(ms);
    std::printf("  %-34s %8.2f ms median, %8.2f ms the longest of %zu\n", what, ms[ms.size() / 2], ms.back(),
                ms.size());
}

/// Scrolls and draws, one frame after another.
void measureScrolling(QTableView& table, const char* what, const std::function<int(int frame, int last)>& position)
{
    std::vector<double> frames;
    for (int frame = 0; frame < 300; ++frame) {
        QElapsedTimer timer;
        timer.start();
        table.verticalScrollBar()->setValue(position(frame, table.verticalScrollBar()->maximum()));
        QCoreApplication::processEvents();
        table.viewport()->repaint();
        frames.push_back(elapsed(timer));
    }
    print(what, std::move(frames));
}

/// From the change to the rows being there, and the longest block of the GUI thread meanwhile.
void measureChange(DataSession& session, QTableView& table, const char* what, const std::function<void()>& change)
{
    std::vector<double> whole;
    double block = 0;
    for (int round = 0; round < 5; ++round) {
        QElapsedTimer timer;
        timer.start();
        change();
        block = std::max(block, elapsed(timer));
        while (session.isChoosingRows()) {
            QElapsedTimer step;
            step.start();
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
            block = std::max(block, elapsed(step));
        }
        QElapsedTimer draw;
        draw.start();
        QCoreApplication::processEvents();
        table.viewport()->repaint();
        block = std::max(block, elapsed(draw));
        whole.push_back(elapsed(timer));
    }
    print(what, std::move(whole));
    std::printf("  %-34s %8.2f ms\n", "  longest block of the GUI thread", block);
}

} // namespace

int main(int argc, char** argv)
{
    const QApplication application(argc, argv);
    const std::size_t rows = argc > 1 ? std::stoul(argv[1]) : 1'000'000;
    const QTemporaryDir folder;
    Workspace workspace(std::make_shared<FakeEngine>(), folder.filePath(QStringLiteral("runs.sqlite")).toStdString());
    DataSession session(workspace);
    InteractionView view(session);
    view.resize(900, 700);
    view.show();
    auto& table = *view.findChild<QTableView*>();
    const auto history = makeHistory(rows);
    std::printf("%zu interactions, %zu users, %zu items\n", history->dataset().size(), userCount, itemCount);
    const auto choose = [&](InteractionFilter filter) {
        session.setFilter({});
        session.setFilter(std::move(filter));
    };
    measureChange(session, table, "shown first", [&] {
        OpenDataset open;
        open.path = QStringLiteral("bench");
        open.history = history;
        workspace.focus().setDataset(open);
    });
    measureScrolling(table, "a row on", [](int frame, int) { return frame; });
    measureScrolling(table, "a page on", [](int frame, int) { return 1000 + 30 * frame; });
    measureScrolling(table, "the slider dragged", [](int frame, int last) { return int(qint64(last) * frame / 300); });
    measureChange(session, table, "filter: a user", [&] { choose({.user = QStringLiteral("196")}); });
    measureChange(session, table, "filter: words of titles", [&] { choose({.words = QStringLiteral("star wa")}); });
    measureChange(session, table, "filter: liked", [&] { choose({.isLiked = true}); });
    measureChange(session, table, "filter: none", [&] {
        choose({});
        session.sort(0, Qt::AscendingOrder);
    });
    for (const int column :
         {InteractionTableModel::UserColumn, InteractionTableModel::ItemColumn, InteractionTableModel::RatingColumn})
        measureChange(session, table, "order of another column", [&] { session.sort(column, Qt::DescendingOrder); });
    measureScrolling(table, "the slider dragged, other order",
                     [](int frame, int last) { return int(qint64(last) * frame / 300); });
    return 0;
}
