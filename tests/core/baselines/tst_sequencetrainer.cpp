// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/baselines/torchsequencetrainer.h"

#include <QTest>

#include <cmath>

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::baselines;
using driftscope::data::ItemIndex;

namespace {

constexpr ItemIndex items = 12;

/// After an item of a parity, items of the same parity are liked and others are not: what was liked last decides, not
/// what was liked before.
std::vector<SequenceWindow> parityWindows(std::uint64_t seed, int count)
{
    RandomStream stream(seed, "windows");
    std::vector<SequenceWindow> windows;
    for (int i = 0; i < count; ++i) {
        SequenceWindow window;
        for (int at = 0; at < 6; ++at)
            window.items.push_back(static_cast<ItemIndex>(stream.index(items)));
        for (std::size_t known = 1; known <= window.items.size(); ++known) {
            const auto item = static_cast<ItemIndex>(stream.index(items));
            window.targets.push_back({known, item, item % 2 == window.items[known - 1] % 2});
        }
        windows.push_back(std::move(window));
    }
    return windows;
}

SequenceTask parityTask()
{
    SequenceTask task;
    task.itemCount = items;
    task.windows = parityWindows(1, 400);
    task.maxItems = 8;
    task.dimensions = 16;
    task.blocks = 2;
    task.dropout = 0.1;
    task.learningRate = 5e-3;
    task.passes = 40;
    task.seed = 3;
    return task;
}

std::vector<double> scoresAfter(const SequenceModel& model, const std::vector<ItemIndex>& liked,
                                const std::vector<ItemIndex>& candidates = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
{
    return model.score(liked, candidates).value();
}

std::shared_ptr<const SequenceModel> trainedWith(const SequenceTask& task)
{
    auto model = makeSequenceTrainer()->train(task, {});
    if (!model)
        qFatal("%s", model.error().message.c_str());
    return *model;
}

} // namespace

class TestSequenceTrainer : public QObject
{
    Q_OBJECT

private slots:
    void learnsWhatFollowsWhat()
    {
        const auto model = trainedWith(parityTask());
        int right = 0;
        int all = 0;
        for (const auto& window : parityWindows(2, 50))
            for (const auto& target : window.targets) {
                const std::vector<ItemIndex> liked(window.items.begin(),
                                                   window.items.begin() + static_cast<std::ptrdiff_t>(target.known));
                right += (scoresAfter(*model, liked, {target.item})[0] > 0) == target.isLiked ? 1 : 0;
                ++all;
            }
        QVERIFY2(right > all * 9 / 10, (std::to_string(right) + " of " + std::to_string(all)).c_str());
    }

    void sameTaskSameModel()
    {
        auto task = parityTask();
        task.passes = 2;
        const auto first = scoresAfter(*trainedWith(task), {1, 2});
        QVERIFY(first == scoresAfter(*trainedWith(task), {1, 2}));
        task.seed = 4;
        QVERIFY(first != scoresAfter(*trainedWith(task), {1, 2}));
    }

    void candidatesDoNotSeeOneAnother()
    {
        auto task = parityTask();
        task.passes = 2;
        const auto model = trainedWith(task);
        const auto all = scoresAfter(*model, {3, 8, 5});
        for (ItemIndex item = 0; item < items; ++item)
            QVERIFY(std::abs(scoresAfter(*model, {3, 8, 5}, {item})[0] - all[item]) < 1e-5);
        QVERIFY(scoresAfter(*model, {}).size() == items); // nothing liked yet
        QVERIFY(scoresAfter(*model, {1, 2, 3, 4, 5, 6, 7, 8}).size() == items); // the longest
    }

    /// What stands after a target in its window has no part in its score, nor in what is learned from it.
    void laterItemsDoNotCount()
    {
        auto task = parityTask();
        task.passes = 2;
        for (auto& window : task.windows)
            std::erase_if(window.targets, [](const auto& target) { return target.known > 3; });
        auto changed = task;
        for (auto& window : changed.windows)
            for (std::size_t at = 3; at < window.items.size(); ++at)
                window.items[at] = (window.items[at] + 5) % items;
        const auto a = scoresAfter(*trainedWith(task), {1, 2});
        const auto b = scoresAfter(*trainedWith(changed), {1, 2});
        for (std::size_t i = 0; i < a.size(); ++i)
            QVERIFY(std::abs(a[i] - b[i]) < 1e-5);
    }

    void heldOutWindowsStopItEarly()
    {
        // Held-out labels are the opposite, so no pass is better than the first.
        auto task = parityTask();
        task.heldOut = parityWindows(5, 60);
        for (auto& window : task.heldOut)
            for (auto& target : window.targets)
                target.isLiked = !target.isLiked;
        task.passes = 12;
        task.patience = 12;
        const auto whole = scoresAfter(*trainedWith(task), {1, 2});
        task.heldOut.clear();
        QVERIFY(whole != scoresAfter(*trainedWith(task), {1, 2}));
    }

    void stopIsHonouredBetweenBatches()
    {
        std::stop_source stop;
        stop.request_stop();
        COMPARE_ERROR(makeSequenceTrainer()->train(parityTask(), {.stop = stop.get_token()}), ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestSequenceTrainer)
#include "tst_sequencetrainer.moc"
