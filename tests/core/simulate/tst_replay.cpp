// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/replay.h"

#include <QtTest>

#include <map>
#include <set>

#include "tests/core/simulate/randomdata.h"

using namespace driftscope;
using namespace driftscope::simulate;
using namespace driftscope::test;

namespace {

data::UserHistory historyOf(std::shared_ptr<const data::Dataset> dataset,
                            data::TiePolicy ties = data::TiePolicy::Exclude)
{
    return {std::move(dataset), *data::LabelRule::parse("rating>=4"), ties};
}

std::vector<Query> queriesOf(const Experiment& experiment, const data::UserHistory& history)
{
    auto queries = replayQueries(experiment, history);
    if (!queries)
        qFatal("%s", queries.error().message.c_str());
    return std::move(*queries);
}

std::vector<data::InteractionIndex> interactionsOf(const std::vector<Query>& queries)
{
    std::vector<data::InteractionIndex> interactions;
    for (const auto& query : queries)
        interactions.push_back(*query.moment.interaction);
    return interactions;
}

std::string messageOf(const Experiment& experiment, const data::UserHistory& history)
{
    const auto queries = replayQueries(experiment, history);
    if (queries || queries.error().code != ErrorCode::NoEligibleQuery)
        qFatal("expected that nothing is left");
    return queries.error().message;
}

} // namespace

class TestReplay : public QObject
{
    Q_OBJECT

private slots:
    void queriesAreInTimeOrderAndTellWhatWasKnown()
    {
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            const auto history = historyOf(randomDataset(seed));
            const auto& dataset = history.dataset();
            const auto queries = replayQueries(smallExperiment(seed), history);
            QVERIFY(queries);
            for (std::size_t i = 0; i < queries->size(); ++i) {
                const Query& query = (*queries)[i];
                QCOMPARE(query.index, static_cast<std::uint32_t>(i));
                QCOMPARE(dataset.item(*query.moment.interaction), query.target);
                QCOMPARE(history.isLiked(*query.moment.interaction), query.isLiked);
                QCOMPARE(static_cast<std::size_t>(query.eventIndex), history.before(query.moment).size());
                QVERIFY(query.eventIndex >= 3);
                if (i > 0)
                    QVERIFY((*queries)[i - 1].moment.interaction < query.moment.interaction);
            }
        }
    }

    void theSameSeedAsksTheSame()
    {
        const auto history = historyOf(randomDataset(7));
        auto experiment = smallExperiment(3);
        experiment.replay.maxUsers = 5;
        const auto first = interactionsOf(queriesOf(experiment, history));
        QVERIFY(interactionsOf(queriesOf(experiment, history)) == first);
        experiment.seed = 4;
        QVERIFY(interactionsOf(queriesOf(experiment, history)) != first);
    }

    void limitsAreKept()
    {
        const auto history = historyOf(randomDataset(2));
        auto experiment = smallExperiment();
        experiment.replay.maxUsers = 4;
        experiment.replay.queriesPerUser = 3;
        std::map<data::UserIndex, int> perUser;
        for (const auto& query : queriesOf(experiment, history))
            ++perUser[query.moment.user];
        QCOMPARE(perUser.size(), std::size_t {4});
        for (const auto& [user, count] : perUser)
            QCOMPARE(count, 3);
        experiment.replay.maxQueries = 7;
        QCOMPARE(queriesOf(experiment, history).size(), std::size_t {7});
    }

    void aUsersMomentsSpreadOverTheirLife()
    {
        const auto history = historyOf(randomDataset(5, 12, 60, false));
        auto experiment = smallExperiment();
        experiment.replay.queriesPerUser = 2;
        std::map<data::UserIndex, std::vector<std::int64_t>> asked;
        for (const auto& query : queriesOf(experiment, history))
            asked[query.moment.user].push_back(query.eventIndex);
        for (const auto& [user, indexes] : asked) {
            const auto events = static_cast<std::int64_t>(history.dataset().ofUser(user).size());
            const std::int64_t middle = 3 + (events - 3) / 2; // minHistory is 3
            QVERIFY(indexes[0] <= middle);
            QVERIFY(indexes[1] >= middle);
        }
    }

    void consecutiveMomentsLeaveNoGap()
    {
        auto experiment = smallExperiment(3);
        experiment.replay.consecutive = true;
        const auto history = historyOf(randomDataset(3, 12, 60, false));
        std::map<data::UserIndex, std::vector<std::int64_t>> asked;
        std::set<std::int64_t> starts;
        for (const auto& query : queriesOf(experiment, history))
            asked[query.moment.user].push_back(query.eventIndex);
        QVERIFY(asked.size() > 8);
        for (const auto& [user, indices] : asked) {
            QCOMPARE(indices.size(), std::size_t {4});
            QCOMPARE(indices.back() - indices.front(), std::int64_t {3});
            QVERIFY(indices.front() >= 3 && indices.back() < std::int64_t(history.dataset().ofUser(user).size()));
            starts.insert(indices.front());
        }
        QVERIFY(starts.size() > 3); // a random stretch, not the first
        experiment.replay.queriesPerUser = 1'000;
        const auto all = queriesOf(experiment, history);
        experiment.replay.consecutive = false;
        QCOMPARE(interactionsOf(all), interactionsOf(queriesOf(experiment, history)));
    }

    void namedUsersAloneAreAsked()
    {
        const auto history = historyOf(randomDataset(1));
        auto experiment = smallExperiment();
        experiment.replay.users = {"u3", "u5"};
        std::set<std::string> asked;
        for (const auto& query : queriesOf(experiment, history))
            asked.insert(history.dataset().userId(query.moment.user));
        QVERIFY((asked == std::set<std::string> {"u3", "u5"}));
        experiment.replay.users = {"u3", "nobody"};
        const auto unknown = replayQueries(experiment, history);
        QVERIFY(!unknown && unknown.error().code == ErrorCode::UnknownName);
        QVERIFY(unknown.error().message.find("'nobody'") != std::string::npos);
    }

    void withoutPointwiseOnlyLikedOnesAreAsked()
    {
        const auto history = historyOf(randomDataset(1));
        auto experiment = smallExperiment();
        experiment.replay.pointwise = false;
        for (const auto& query : queriesOf(experiment, history))
            QVERIFY(query.isLiked);
    }

    void tiedInteractionsAreNoHistory()
    {
        // Ten interactions at one second: with ties excluded, none of them knows any other.
        data::DatasetParts parts;
        parts.userIds = {"u"};
        for (std::uint32_t i = 0; i < 10; ++i)
            parts.interactions.push_back({.user = 0,
                                          .item = parts.catalog.intern("i" + std::to_string(i)),
                                          .rating = 5,
                                          .time = fromUnix(1000),
                                          .sourceRow = i + 1});
        const auto dataset = *data::Dataset::build(std::move(parts));
        auto experiment = smallExperiment();
        experiment.replay.minHistory = 1;
        QVERIFY(messageOf(experiment, historyOf(dataset)).find("minHistory") != std::string::npos);
        QCOMPARE(queriesOf(experiment, historyOf(dataset, data::TiePolicy::RowOrder)).size(), std::size_t {4});
    }

    void saysWhichConditionLeftNothing()
    {
        const auto history = historyOf(randomDataset(1));
        auto experiment = smallExperiment();
        experiment.replay.from = "2030-01-01";
        QVERIFY(messageOf(experiment, history).find("replay.from") != std::string::npos);
        experiment = smallExperiment();
        experiment.replay.minHistory = 1000;
        QVERIFY(messageOf(experiment, history).find("replay.minHistory = 1000") != std::string::npos);
        experiment = smallExperiment();
        experiment.replay.pointwise = false;
        const data::UserHistory dislikes(randomDataset(1), *data::LabelRule::parse("rating>=6"));
        QVERIFY(messageOf(experiment, dislikes).find("replay.pointwise") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestReplay)
#include "tst_replay.moc"
