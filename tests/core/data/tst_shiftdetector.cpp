// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/data/drifttruth.h"
#include "core/data/planteddrift.h"
#include "core/data/shiftdetector.h"

#include <QTest>

#include <cstdlib>

using namespace driftscope;
using namespace driftscope::data;

namespace {

/// Users who like the items of genre `event < shift ? A : B` and dislike the other, met in turns.
UserHistory swapping(std::size_t users, std::size_t events, std::size_t shift, const char* attribute = "genres")
{
    DatasetParts parts;
    parts.format = "test";
    for (std::size_t item = 0; item < 2 * events; ++item) {
        const auto added = parts.catalog.intern("i" + std::to_string(item));
        parts.catalog.setAttribute(added, attribute, item % 2 == 0 ? "Comedy, Romance" : "Horror");
    }
    for (std::uint32_t user = 0; user < users; ++user) {
        parts.userIds.push_back("u" + std::to_string(user));
        RandomStream random(user, "genre");
        for (std::size_t event = 0; event < events; ++event) {
            const std::size_t genre = random.index(2);
            const bool isLiked = (genre == 0) == (event < shift);
            parts.interactions.push_back({.user = user,
                                          .item = static_cast<ItemIndex>(2 * event + genre),
                                          .rating = isLiked ? 5.0F : 1.0F,
                                          .time = fromUnix(static_cast<std::int64_t>(1000 + 100 * event + user)),
                                          .sourceRow = static_cast<std::uint32_t>(parts.interactions.size() + 1)});
        }
    }
    auto dataset = Dataset::build(std::move(parts));
    if (!dataset)
        qFatal("%s", dataset.error().message.c_str());
    return {*dataset, *LabelRule::parse("rating>=4")};
}

} // namespace

class TestShiftDetector : public QObject
{
    Q_OBJECT

private slots:
    void aSwapOfTastesIsFoundThoughTheItemsStayTheSame()
    {
        const auto found = detectShifts(swapping(5, 60, 25));
        QVERIFY2(found, found ? "" : found.error().message.c_str());
        QVERIFY2(found->size() <= 6, std::to_string(found->size()).c_str()); // one in a hundred by chance
        std::size_t met = 0;
        for (const DetectedShift& shift : *found) {
            met += shift.event == 25 ? 1U : 0U;
            QVERIFY(shift.p <= 0.01);
        }
        QCOMPARE(met, std::size_t {5});
    }

    void aSteadyTasteHasFewShifts()
    {
        const auto found = detectShifts(swapping(40, 60, 1000));
        QVERIFY(found);
        QVERIFY2(found->size() <= 3, std::to_string(found->size()).c_str()); // one in a hundred by chance
    }

    void lifesTooShortToSplitHaveNone()
    {
        QVERIFY(detectShifts(swapping(5, 19, 9))->empty());
        ShiftDetection detection;
        detection.minimumEvents = 5;
        QCOMPARE(detectShifts(swapping(5, 19, 9), detection)->size(), std::size_t {5});
    }

    void theSeedDecides()
    {
        const auto once = detectShifts(swapping(5, 60, 25));
        const auto again = detectShifts(swapping(5, 60, 25));
        for (std::size_t i = 0; i < once->size(); ++i)
            QVERIFY((*once)[i].event == (*again)[i].event && (*once)[i].p == (*again)[i].p);
    }

    /// Most planted shifts are found within five events, and users without any have next to none.
    void plantedShiftsAreFound()
    {
        PlantedDriftPlan plan;
        plan.users = 60;
        plan.items = 400;
        plan.genres = 10;
        plan.eventsPerUser = 90;
        plan.seed = 5;
        const auto planted = generatePlantedDrift(plan);
        QVERIFY2(planted, planted ? "" : planted.error().message.c_str());
        const UserHistory history(planted->dataset, *LabelRule::parse("rating>=4"));
        const auto found = detectShifts(history);
        QVERIFY(found);
        const DriftTruth& truth = *planted->dataset->truth();
        std::size_t abrupt = 0;
        std::size_t met = 0;
        std::size_t steadyFound = 0;
        for (UserIndex user = 0; user < truth.users.size(); ++user)
            for (const TasteShift& shift : truth.users[user].shifts) {
                if (shift.kind != ShiftKind::Abrupt)
                    continue;
                ++abrupt;
                for (const DetectedShift& one : *found)
                    if (one.user == user
                        && std::llabs(static_cast<long long>(one.event) - static_cast<long long>(shift.event)) <= 5) {
                        ++met;
                        break;
                    }
            }
        for (const DetectedShift& one : *found)
            steadyFound += truth.users[one.user].shifts.empty() ? 1 : 0;
        QVERIFY2(met * 3 >= abrupt * 2, (std::to_string(met) + " of " + std::to_string(abrupt)).c_str());
        QVERIFY2(steadyFound <= 2, std::to_string(steadyFound).c_str());
    }

    void saysWhatIsMissing()
    {
        const auto without = detectShifts(swapping(2, 30, 10, "year"));
        QVERIFY(!without && without.error().code == ErrorCode::MissingField);
        QVERIFY(without.error().message.find("year") != std::string::npos);
        ShiftDetection detection;
        detection.attribute = "year";
        QVERIFY(detectShifts(swapping(2, 30, 10, "year"), detection).has_value());
        detection.attribute = "mood";
        QVERIFY(detectShifts(swapping(2, 30, 10), detection).error().message.find("mood") != std::string::npos);
        detection = {};
        detection.permutations = 0;
        QCOMPARE(detectShifts(swapping(2, 30, 10), detection).error().code, ErrorCode::BadArgument);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(detectShifts(swapping(2, 30, 10), {}, {.stop = stop.get_token()}).error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestShiftDetector)
#include "tst_shiftdetector.moc"
