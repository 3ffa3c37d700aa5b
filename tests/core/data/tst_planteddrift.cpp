// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/textfile.h"
#include "core/data/labelrule.h"
#include "core/data/planteddrift.h"
#include "core/data/plantedtitles_p.h"
#include "core/data/titlewords_p.h"
#include "core/data/userhistory.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <set>

#include "tests/core/data/testdata.h"

using namespace driftscope;
using namespace driftscope::data;

namespace {

PlantedDriftPlan smallPlan(std::uint64_t seed = 1)
{
    PlantedDriftPlan plan;
    plan.users = 40;
    plan.items = 240;
    plan.genres = 8;
    plan.eventsPerUser = 40;
    plan.gradualEvents = 6;
    plan.days = 200;
    plan.seed = seed;
    return plan;
}

PlantedDrift plant(const PlantedDriftPlan& plan)
{
    auto planted = generatePlantedDrift(plan);
    if (!planted)
        qFatal("%s", planted.error().message.c_str());
    return std::move(*planted);
}

bool isLiked(const Dataset& dataset, InteractionIndex i)
{
    return dataset.rating(i) >= 4;
}

/// Share of `part` in `all` is within four standard deviations of `expected`.
bool isNear(double part, double all, double expected)
{
    return std::abs(part / all - expected) < 4 * std::sqrt(expected * (1 - expected) / all) + 1e-9;
}

std::string titleWords(const std::string& title, const std::set<std::string>& words)
{
    std::string found;
    for (const auto word : wordsOf(title))
        if (words.contains(std::string(word)))
            found += std::string(word) + " ";
    return found;
}

std::string contentOf(const std::filesystem::path& file)
{
    const auto content = readFile(file);
    if (!content)
        qFatal("%s", content.error().message.c_str());
    return *content;
}

} // namespace

class TestPlantedDrift : public QObject
{
    Q_OBJECT

private slots:
    void eachWordBelongsToOneGenre()
    {
        std::set<std::string_view> seen;
        const auto add = [&seen](std::string_view list) {
            for (const auto word : wordsOf(list))
                QVERIFY2(seen.insert(word).second, std::string(word).c_str());
        };
        QCOMPARE(genreWords().size(), std::size_t {20});
        for (const auto& genre : genreWords()) {
            add(genre.adjectives);
            add(genre.nouns);
            const std::size_t count = wordsOf(genre.adjectives).size() + wordsOf(genre.nouns).size();
            QVERIFY2(count >= 25 && count <= 40, genre.name.data());
        }
        add(neutralAdjectives());
        add(neutralNouns());
    }

    void titlesAreDistinctAndCarryTheirGenre()
    {
        PlantedTitles titles(3);
        std::vector<std::set<std::string>> words;
        for (const auto& genre : genreWords()) {
            words.emplace_back();
            for (const auto list : {genre.adjectives, genre.nouns})
                for (const auto word : wordsOf(list))
                    words.back().insert(std::string(word));
        }
        std::set<std::string> made;
        for (std::size_t i = 0; i < 6000; ++i) {
            const std::size_t genre = i % genreWords().size();
            const std::string title = titles.make(genre);
            QVERIFY2(made.insert(title).second, title.c_str());
            QVERIFY2(wordsOf(title).size() >= 2 && wordsOf(title).size() <= 4, title.c_str());
            QVERIFY2(!titleWords(title, words[genre]).empty(), title.c_str());
            for (std::size_t other = 0; other < words.size(); ++other)
                QVERIFY2(other == genre || titleWords(title, words[other]).empty(), title.c_str());
        }
    }

    void sequelsFollowWhenTheWordsAreUsedUp()
    {
        PlantedTitles titles(1);
        std::set<std::string> made;
        for (std::size_t i = 0; i < 11'000; ++i)
            QVERIFY(made.insert(titles.make(0)).second);
    }

    void samePlanGivesTheSameDataset()
    {
        const auto first = plant(smallPlan());
        const auto second = plant(smallPlan());
        const auto other = plant(smallPlan(2));
        QCOMPARE(first.dataset->size(), second.dataset->size());
        bool isOtherDifferent = other.dataset->size() != first.dataset->size();
        for (InteractionIndex i = 0; i < first.dataset->size(); ++i) {
            QCOMPARE(first.dataset->user(i), second.dataset->user(i));
            QCOMPARE(first.dataset->item(i), second.dataset->item(i));
            QCOMPARE(first.dataset->rating(i), second.dataset->rating(i));
            QVERIFY(first.dataset->time(i) == second.dataset->time(i));
            isOtherDifferent = isOtherDifferent || other.dataset->time(i) != first.dataset->time(i);
        }
        QVERIFY(isOtherDifferent);
    }

    void whatHoldsForEverySeed_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 12; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }

    void whatHoldsForEverySeed()
    {
        QFETCH(int, seed);
        auto plan = smallPlan(static_cast<std::uint64_t>(seed));
        plan.labelNoise = 0.1 * (seed % 3);
        plan.newItemShare = 0.2 * (seed % 4);
        const auto planted = plant(plan);
        const Dataset& dataset = *planted.dataset;
        const DriftTruth& truth = *dataset.truth();
        QCOMPARE(dataset.userCount(), std::size_t {40});
        QCOMPARE(dataset.itemCount(), std::size_t {240});
        QCOMPARE(planted.isNoise.size(), dataset.size());
        QVERIFY(dataset.report().duplicates == 0);
        std::vector<std::size_t> events(dataset.userCount());
        for (InteractionIndex i = 0; i < dataset.size(); ++i) {
            QVERIFY(i == 0 || dataset.time(i) > dataset.time(i - 1)); // no ties at all
            QVERIFY(dataset.time(i) >= truth.releaseOfItem[dataset.item(i)]);
            QVERIFY(dataset.catalog().attribute(dataset.item(i), "genres")
                    == truth.genres[truth.genreOfItem[dataset.item(i)]]);
            const UserIndex user = dataset.user(i);
            const std::size_t event = events[user]++;
            const double share = truth.likeShare(user, dataset.item(i), event);
            const bool wouldLike = isLiked(dataset, i) != planted.isNoise[i];
            QVERIFY(wouldLike ? share > 0 : share < 1); // certain but during gradual shifts
            for (const auto& shift : truth.users[user].shifts)
                QVERIFY(shift.event != event || shift.time == dataset.time(i));
        }
        for (const auto& user : truth.users) {
            for (std::size_t shift = 0; shift < user.shifts.size(); ++shift) {
                QVERIFY(shift == 0 || user.shifts[shift].event > user.shifts[shift - 1].event);
                const Taste& before = user.before(shift);
                for (const GenreIndex genre : user.shifts[shift].after.liked)
                    QVERIFY(!before.likes(genre));
            }
        }
    }

    void likedAndDislikedGenresAreShownEquallyOften()
    {
        auto plan = smallPlan();
        plan.users = 200;
        const auto planted = plant(plan);
        std::size_t liked = 0;
        for (InteractionIndex i = 0; i < planted.dataset->size(); ++i)
            liked += isLiked(*planted.dataset, i) != planted.isNoise[i] ? 1 : 0;
        QVERIFY(isNear(static_cast<double>(liked), static_cast<double>(planted.dataset->size()), 0.5));
    }

    void exposureShareMayBeUneven()
    {
        auto plan = smallPlan();
        plan.users = 200;
        plan.likedShare = 0.7;
        const auto planted = plant(plan);
        std::size_t liked = 0;
        for (InteractionIndex i = 0; i < planted.dataset->size(); ++i)
            liked += isLiked(*planted.dataset, i) != planted.isNoise[i] ? 1 : 0;
        QVERIFY(isNear(static_cast<double>(liked), static_cast<double>(planted.dataset->size()), 0.7));
    }

    void noiseHasTheShareAskedFor()
    {
        auto plan = smallPlan();
        plan.users = 200;
        plan.labelNoise = 0.15;
        const auto planted = plant(plan);
        const auto noise = std::count(planted.isNoise.begin(), planted.isNoise.end(), true);
        QVERIFY(isNear(static_cast<double>(noise), static_cast<double>(planted.dataset->size()), 0.15));
    }

    void tasteChangesExactlyAtTheShift()
    {
        auto plan = smallPlan();
        plan.labelNoise = 0;
        plan.lives = {TasteLife::Abrupt, TasteLife::Recurring};
        const auto planted = plant(plan);
        const Dataset& dataset = *planted.dataset;
        const DriftTruth& truth = *dataset.truth();
        for (UserIndex user = 0; user < dataset.userCount(); ++user) {
            const UserTaste& tastes = truth.users[user];
            QCOMPARE(tastes.shifts.size(), std::size_t {2});
            std::size_t event = 0;
            for (const auto i : dataset.ofUser(user)) {
                const Taste& now = event < tastes.shifts[0].event ? tastes.first
                    : event < tastes.shifts[1].event              ? tastes.shifts[0].after
                                                                  : tastes.shifts[1].after;
                const GenreIndex genre = truth.genreOfItem[dataset.item(i)];
                QCOMPARE(isLiked(dataset, i), now.likes(genre));
                QCOMPARE(truth.likeShare(user, dataset.item(i), event), now.likes(genre) ? 1.0 : 0.0);
                ++event;
            }
        }
    }

    void swapsKeepWhatIsMet()
    {
        auto plan = smallPlan();
        plan.lives = {TasteLife::Swap};
        const auto planted = plant(plan);
        for (const auto& user : planted.dataset->truth()->users)
            for (std::size_t shift = 0; shift < user.shifts.size(); ++shift) {
                QVERIFY(user.shifts[shift].isSwap && user.shifts[shift].kind == ShiftKind::Abrupt);
                QVERIFY(user.shifts[shift].after.liked == user.before(shift).disliked);
                QVERIFY(user.shifts[shift].after.disliked == user.before(shift).liked);
            }
    }

    void abruptLivesSwapInTheShareAskedFor()
    {
        auto plan = smallPlan();
        plan.users = 300;
        plan.lives = {TasteLife::Abrupt};
        plan.swapShare = 0.25;
        const auto planted = plant(plan);
        std::size_t shifts = 0;
        std::size_t swaps = 0;
        for (const auto& user : planted.dataset->truth()->users)
            for (const auto& shift : user.shifts) {
                ++shifts;
                swaps += shift.isSwap ? 1 : 0;
            }
        QVERIFY(isNear(static_cast<double>(swaps), static_cast<double>(shifts), 0.25));
    }

    void recurringTastesComeBack()
    {
        auto plan = smallPlan();
        plan.lives = {TasteLife::Recurring};
        plan.shiftsPerUser = 3;
        const auto planted = plant(plan);
        for (const auto& user : planted.dataset->truth()->users) {
            QCOMPARE(user.shifts.size(), std::size_t {3});
            QVERIFY(user.shifts[1].after == user.first);
            QVERIFY(user.shifts[2].after == user.shifts[0].after);
        }
    }

    void gradualShiftsArriveStepByStep()
    {
        DriftTruth truth;
        truth.genreOfItem = {0, 1};
        TasteShift shift;
        shift.kind = ShiftKind::Gradual;
        shift.event = 10;
        shift.length = 3;
        shift.after.liked = {1};
        truth.users = {{.first = {.liked = {0}, .disliked = {}}, .shifts = {shift}}};
        const std::vector<std::pair<std::size_t, double>> expected {{9, 0}, {10, 0.25}, {11, 0.5}, {12, 0.75}, {13, 1}};
        for (const auto& [event, share] : expected) {
            QCOMPARE(truth.likeShare(0, 1, event), share);
            QCOMPARE(truth.likeShare(0, 0, event), 1 - share);
        }
        QCOMPARE(truth.staleLikeShare(0, 0, 9), 1.0);
        QCOMPARE(truth.staleLikeShare(0, 0, 20), 1.0);
        QCOMPARE(truth.staleLikeShare(0, 1, 20), 0.0);
    }

    void gradualLabelsFollowTheShare()
    {
        auto plan = smallPlan();
        plan.users = 400;
        plan.lives = {TasteLife::Gradual};
        plan.labelNoise = 0;
        const auto planted = plant(plan);
        const Dataset& dataset = *planted.dataset;
        const DriftTruth& truth = *dataset.truth();
        // of the liked events half way through a shift, half belong to the new taste
        double ofNew = 0;
        double all = 0;
        for (UserIndex user = 0; user < dataset.userCount(); ++user)
            for (std::size_t shift = 0; shift < truth.users[user].shifts.size(); ++shift) {
                const auto& now = truth.users[user].shifts[shift];
                const std::size_t event = now.event + now.length / 2;
                if (now.length % 2 != 1 || event >= dataset.ofUser(user).size())
                    continue;
                const auto i = dataset.ofUser(user)[event];
                if (!isLiked(dataset, i))
                    continue;
                all += 1;
                ofNew += now.after.likes(truth.genreOfItem[dataset.item(i)]) ? 1 : 0;
            }
        QVERIFY(all > 30);
        QVERIFY(isNear(ofNew, all, 0.5));
    }

    void popularItemsAreMetMoreOften()
    {
        const auto countsOf = [](double skew) {
            auto plan = smallPlan();
            plan.users = 200;
            plan.popularitySkew = skew;
            plan.newItemShare = 0;
            const auto planted = plant(plan);
            std::vector<std::size_t> counts(planted.dataset->itemCount());
            for (InteractionIndex i = 0; i < planted.dataset->size(); ++i)
                ++counts[planted.dataset->item(i)];
            std::sort(counts.begin(), counts.end(), std::greater<>());
            return static_cast<double>(counts[10]) / static_cast<double>(counts[200]);
        };
        QVERIFY(countsOf(1.0) > 3 * countsOf(0.0));
    }

    void usersAndItemsComeOverTime()
    {
        auto plan = smallPlan();
        plan.users = 100;
        const auto planted = plant(plan);
        const Dataset& dataset = *planted.dataset;
        const SimTime early = dataset.firstTime() + std::chrono::days(plan.days / 10);
        std::size_t lateUsers = 0;
        for (UserIndex user = 0; user < dataset.userCount(); ++user)
            lateUsers += dataset.time(dataset.ofUser(user).front()) > early ? 1 : 0;
        QVERIFY(lateUsers > 30 && lateUsers < 70);
        const auto& releases = dataset.truth()->releaseOfItem;
        const auto late =
            std::count_if(releases.begin(), releases.end(), [early](SimTime time) { return time > early; });
        QVERIFY(late > 35 && late < 90); // 30 % of 240 items, evenly over 80 % of the time
    }

    void steadyUsersHaveNoShift()
    {
        auto plan = smallPlan();
        plan.lives = {TasteLife::Steady};
        const auto planted = plant(plan);
        for (const auto& user : planted.dataset->truth()->users)
            QVERIFY(user.shifts.empty());
    }

    void readsBackTheSame()
    {
        testing::SourceFolder folder;
        const auto planted = plant(smallPlan());
        const auto path = folder.path() / "small";
        const auto written = writePlantedDrift(planted, path);
        REQUIRE_RESULT(written);
        const auto opened = openDataset(path);
        REQUIRE_RESULT(opened);
        const Dataset& before = *planted.dataset;
        const Dataset& after = **opened;
        QCOMPARE(after.size(), before.size());
        QCOMPARE(after.userCount(), before.userCount());
        QCOMPARE(after.itemCount(), before.itemCount());
        for (InteractionIndex i = 0; i < before.size(); ++i) {
            QCOMPARE(after.user(i), before.user(i));
            QCOMPARE(after.item(i), before.item(i));
            QCOMPARE(after.rating(i), before.rating(i));
            QCOMPARE(after.sourceRow(i), before.sourceRow(i));
            QVERIFY(after.time(i) == before.time(i));
        }
        for (ItemIndex item = 0; item < before.itemCount(); ++item) {
            QCOMPARE(after.catalog().title(item), before.catalog().title(item));
            QVERIFY(after.catalog().attribute(item, "genres") == before.catalog().attribute(item, "genres"));
        }
        QVERIFY(after.truth());
        QCOMPARE(after.files().size(), std::size_t {3});
        QVERIFY(after.truth()->genreOfItem == before.truth()->genreOfItem);
        QVERIFY(after.truth()->releaseOfItem == before.truth()->releaseOfItem);
        QCOMPARE(after.truth()->labelNoise, before.truth()->labelNoise);
        for (UserIndex user = 0; user < before.userCount(); ++user) {
            QCOMPARE(after.userId(user), before.userId(user));
            const auto& read = after.truth()->users[user];
            const auto& made = before.truth()->users[user];
            QVERIFY(read.first == made.first);
            QCOMPARE(read.shifts.size(), made.shifts.size());
            for (std::size_t shift = 0; shift < made.shifts.size(); ++shift) {
                QVERIFY(read.shifts[shift].kind == made.shifts[shift].kind);
                QCOMPARE(read.shifts[shift].isSwap, made.shifts[shift].isSwap);
                QCOMPARE(read.shifts[shift].event, made.shifts[shift].event);
                QCOMPARE(read.shifts[shift].length, made.shifts[shift].length);
                QVERIFY(read.shifts[shift].time == made.shifts[shift].time);
                QVERIFY(read.shifts[shift].after == made.shifts[shift].after);
            }
        }
    }

    void committedDatasetIsMadeByTheDefaultPlan()
    {
        testing::SourceFolder folder;
        const auto planted = plant({});
        QVERIFY(planted.dataset->size() > 45'000 && planted.dataset->size() < 55'000);
        const auto path = folder.path() / "planted";
        const auto written = writePlantedDrift(planted, path);
        REQUIRE_RESULT(written);
        std::size_t bytes = 0;
        for (const char* const name : {"planted.inter", "planted.item", "truth.json"}) {
            const std::string made = contentOf(path / name);
            bytes += made.size();
            QVERIFY2(made == contentOf(std::filesystem::path(DRIFTSCOPE_SOURCE_DIR) / "datasets" / "planted" / name),
                     name);
        }
        QVERIFY2(bytes < 2'000'000, std::to_string(bytes).c_str());
    }

    void everyLabelRuleSeesTheSameLabels()
    {
        const auto planted = plant(smallPlan());
        const auto labels = LabelRule::parse("rating>=4")->apply(*planted.dataset);
        QVERIFY(labels == LabelRule::parse("rating>=5")->apply(*planted.dataset));
        QVERIFY(labels == LabelRule::defaultFor(planted.dataset->ratingKind()).apply(*planted.dataset));
    }

    void lagInShiftsEndsJustBeforeTheShift()
    {
        auto plan = smallPlan();
        plan.lives = {TasteLife::Abrupt};
        const auto planted = plant(plan);
        const auto& dataset = planted.dataset;
        const UserHistory history(dataset, LabelRule::defaultFor(dataset->ratingKind()));
        for (UserIndex user = 0; user < dataset->userCount(); ++user) {
            const auto& shifts = dataset->truth()->users[user].shifts;
            const auto all = dataset->ofUser(user);
            for (std::size_t event = 0; event < all.size(); ++event) {
                const auto shown = [&](std::int64_t back) {
                    return history.before(history.momentOf(all[event]), {Lag::Unit::Shifts, back}).size();
                };
                const std::size_t begun = dataset->truth()->users[user].shiftsUpTo(event);
                QCOMPARE(shown(0), event);
                QCOMPARE(shown(1), begun > 0 ? shifts[begun - 1].event : event);
                QCOMPARE(shown(2), begun > 1 ? shifts[begun - 2].event : event);
            }
        }
    }

    void badPlansNameTheOption_data()
    {
        QTest::addColumn<PlantedDriftPlan>("plan");
        QTest::addColumn<QByteArray>("option");
        const auto row = [](const char* option, auto PlantedDriftPlan::*field, auto value) {
            PlantedDriftPlan plan;
            plan.*field = value;
            QTest::addRow("%s %g", option, static_cast<double>(value)) << plan << QByteArray(option) + " ";
        };
        using P = PlantedDriftPlan;
        row("--users", &P::users, 0);
        row("--users", &P::users, 2'000'000);
        row("--items", &P::items, 3);
        row("--items", &P::items, 500); // too few for the events
        row("--genres", &P::genres, 3);
        row("--genres", &P::genres, 21);
        row("--genres-per-taste", &P::genresPerTaste, 6);
        row("--events-per-user", &P::eventsPerUser, 9);
        row("--shifts-per-user", &P::shiftsPerUser, 21);
        row("--gradual-events", &P::gradualEvents, 0);
        row("--swap-share", &P::swapShare, 1.1);
        row("--label-noise", &P::labelNoise, 0.6);
        row("--liked-share", &P::likedShare, -0.1);
        row("--popularity-skew", &P::popularitySkew, std::numeric_limits<double>::quiet_NaN());
        row("--new-item-share", &P::newItemShare, 2);
        row("--new-user-share", &P::newUserShare, -1);
        row("--days", &P::days, 0);
        row("--days", &P::days, 1); // 50,000 events do not fit
        row("--seed", &P::seed, std::uint64_t {1} << 60);
    }

    void badPlansNameTheOption()
    {
        QFETCH(PlantedDriftPlan, plan);
        QFETCH(QByteArray, option);
        const auto made = generatePlantedDrift(plan);
        COMPARE_ERROR(made, ErrorCode::BadArgument);
        QVERIFY2(made.error().message.starts_with(option.toStdString()), made.error().message.c_str());
    }

    void shiftsAreNamed()
    {
        QVERIFY(*PlantedDriftPlan::parseLives("none") == std::vector {TasteLife::Steady});
        QVERIFY(*PlantedDriftPlan::parseLives("gradual,swap") == (std::vector {TasteLife::Gradual, TasteLife::Swap}));
        QCOMPARE(PlantedDriftPlan::parseLives("mixed")->size(), std::size_t {5});
        for (const char* const text : {"", "sudden", "abrupt,", "abrupt gradual"}) {
            const auto parsed = PlantedDriftPlan::parseLives(text);
            COMPARE_ERROR(parsed, ErrorCode::BadValue);
        }
    }

    void stopIsHonoured()
    {
        std::stop_source source;
        source.request_stop();
        JobContext context;
        context.stop = source.get_token();
        const auto made = generatePlantedDrift(smallPlan(), context);
        COMPARE_ERROR(made, ErrorCode::Cancelled);
    }

    void brokenTruthIsRefused_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<int>("code");
        const auto row = [](const char* name, const char* from, const char* to, ErrorCode code) {
            QTest::newRow(name) << QByteArray(from) << QByteArray(to) << static_cast<int>(code);
        };
        row("json", "{\"format\"", "{format", ErrorCode::BadJson);
        row("version", "\"version\": 1", "\"version\": 7", ErrorCode::UnsupportedVersion);
        row("no genres", "\"genres\": [", "\"genre\": [", ErrorCode::MissingField);
        row("unknown field", "\"labelNoise\": ", "\"noise\": 1, \"labelNoise\": ", ErrorCode::UnknownField);
        row("genre out of range", "\"genre\":0", "\"genre\":99", ErrorCode::BadValue);
        row("kind", "\"kind\":\"abrupt\"", "\"kind\":\"sudden\"", ErrorCode::BadValue);
        row("type", "\"swap\":true", "\"swap\":3", ErrorCode::WrongType);
        row("user missing", "\"id\":\"u1\"", "\"id\":\"x1\"", ErrorCode::Inconsistent);
        row("item missing", "\"id\":\"i1\"", "\"id\":\"x1\"", ErrorCode::Inconsistent);
    }

    void brokenTruthIsRefused()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(int, code);
        testing::SourceFolder folder;
        const auto path = folder.path() / "broken";
        const auto written = writePlantedDrift(plant(smallPlan()), path);
        REQUIRE_RESULT(written);
        std::string text = contentOf(path / "truth.json");
        const auto at = text.find(from.toStdString());
        QVERIFY(at != std::string::npos);
        folder.write("broken/truth.json", text.replace(at, static_cast<std::size_t>(from.size()), to.toStdString()));
        const auto opened = openDataset(path);
        COMPARE_ERROR(opened, static_cast<ErrorCode>(code));
        QVERIFY2(opened.error().message.find("truth.json") != std::string::npos, opened.error().message.c_str());
    }

    void truthOfAnotherProgramIsLeftAlone()
    {
        testing::SourceFolder folder;
        folder.write("d/d.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\na\tx\t5\t100\n");
        folder.write("d/truth.json", "{\"anything\": [1, 2]}");
        const auto opened = openDataset(folder.path() / "d");
        REQUIRE_RESULT(opened);
        QVERIFY(!(*opened)->truth());
    }
};

Q_DECLARE_METATYPE(driftscope::data::PlantedDriftPlan)

QTEST_APPLESS_MAIN(TestPlantedDrift)
#include "tst_planteddrift.moc"
