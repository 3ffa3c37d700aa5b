// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/demonstrations/selectorregistry.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "tests/core/demonstrations/handmadedata.h"

using namespace driftscope;
using namespace driftscope::demonstrations;
using namespace driftscope::handmade;
using data::InteractionIndex;
using data::ItemIndex;

namespace {

constexpr std::size_t users = 6;
constexpr std::size_t items = 30;
const std::vector<std::string> words {"red", "blue", "night", "river", "king", "war", "love", "moon"};

/// The same users and items for all rows of a seed, so that datasets with other rows share their numbers.
data::DatasetParts emptyParts(RandomStream& random)
{
    data::DatasetParts parts;
    parts.format = "random";
    for (std::size_t user = 0; user < users; ++user)
        parts.userIds.push_back("u" + std::to_string(user));
    for (std::size_t item = 0; item < items; ++item) {
        const auto index = parts.catalog.intern(std::to_string(item));
        parts.catalog.setTitle(index, words[random.index(words.size())] + " " + words[random.index(words.size())]);
    }
    return parts;
}

data::Interaction randomRow(RandomStream& random, std::int64_t time, std::uint32_t line)
{
    return {.user = static_cast<data::UserIndex>(random.index(users)),
            .item = static_cast<ItemIndex>(random.index(items)),
            .rating = static_cast<float>(1 + random.index(5)),
            .time = fromUnix(time),
            .sourceRow = line};
}

std::vector<std::vector<float>> randomVectors(RandomStream& random)
{
    std::vector<std::vector<float>> vectors(items);
    for (auto& vector : vectors)
        for (int i = 0; i < 4; ++i)
            vector.push_back(static_cast<float>(random.uniform() - 0.5));
    return vectors;
}

/// One dataset with all that selectors may ask for.
struct World {
    explicit World(data::DatasetParts parts, const std::vector<std::vector<float>>& vectors, data::TiePolicy ties)
        : dataset(*data::Dataset::build(std::move(parts)))
        , history(makeHistory(dataset, ties))
    {
        sources.make({.titles = true, .vectors = true, .audience = true}, *dataset);
        sources.vectors = std::make_shared<const ItemVectors>(vectors);
    }

    std::shared_ptr<const data::Dataset> dataset;
    data::UserHistory history;
    SelectionSources sources;
};

std::string randomLabels(RandomStream& random)
{
    const std::array<std::string, 3> shown {"real", "liked", "disliked"};
    return shown[random.index(shown.size())] + "," + shown[random.index(shown.size())];
}

/// Values in the ranges that the registry describes. A text names items, some of the user's own past (two at least
/// where there are any), or labels for the first two of them.
ParameterValues randomParameters(const RegistryEntry<DemonstrationSelector>& entry, const World& world,
                                 const data::Moment& moment, data::Lag lag, RandomStream& random)
{
    ParameterValues values;
    std::size_t named = 0;
    for (const auto& parameter : entry.parameters) {
        if (std::holds_alternative<std::int64_t>(parameter.fallback)) {
            const auto low = static_cast<std::int64_t>(parameter.minimum);
            const auto span = static_cast<std::size_t>(std::min(parameter.maximum - parameter.minimum, 8.0));
            values[parameter.id] = low + static_cast<std::int64_t>(random.index(span + 1));
        } else if (std::holds_alternative<double>(parameter.fallback)) {
            values[parameter.id] = parameter.minimum + (parameter.maximum - parameter.minimum) * random.uniform();
        } else if (std::holds_alternative<bool>(parameter.fallback)) {
            values[parameter.id] = random.index(2) == 0;
        } else if (!parameter.choices.empty()) {
            values[parameter.id] = parameter.choices[random.index(parameter.choices.size())];
        } else if (parameter.id == "labels") {
            values[parameter.id] = named < 2 ? std::string() : randomLabels(random);
        } else {
            std::string ids;
            for (const auto i : world.history.before(moment, lag))
                if (named < 2 || random.index(3) == 0) {
                    ids += world.dataset->catalog().id(world.dataset->item(i)) + ",";
                    ++named;
                }
            values[parameter.id] = ids;
        }
    }
    return values;
}

/// What is asked about: the moment's own item, if it is one, and items that the user had not met.
std::vector<ItemIndex> randomCandidates(const World& world, const data::Moment& moment, RandomStream& random)
{
    std::set<ItemIndex> met;
    for (const auto i : world.history.before(moment))
        met.insert(world.dataset->item(i));
    std::vector<ItemIndex> candidates;
    if (moment.interaction)
        candidates.push_back(world.dataset->item(*moment.interaction));
    for (ItemIndex item = 0; item < items; ++item)
        if (!met.contains(item) && random.index(3) == 0
            && std::find(candidates.begin(), candidates.end(), item) == candidates.end())
            candidates.push_back(item);
    return candidates;
}

data::Lag randomLag(RandomStream& random)
{
    return {random.index(2) == 0 ? data::Lag::Unit::Events : data::Lag::Unit::Days,
            static_cast<std::int64_t>(random.index(4))};
}

std::vector<InteractionIndex> chosenBy(const DemonstrationSelector& selector, const World& world,
                                       const data::Moment& moment, data::Lag lag, std::uint64_t seed,
                                       const std::vector<ItemIndex>& candidates)
{
    const auto choices = selector.select({.history = world.history,
                                          .moment = moment,
                                          .lag = lag,
                                          .seed = seed,
                                          .candidates = candidates,
                                          .sources = &world.sources});
    if (!choices)
        qFatal("%s", choices.error().message.c_str());
    std::vector<InteractionIndex> chosen;
    for (const auto& choice : *choices) {
        if (choice.reason.empty())
            qFatal("a choice has no reason");
        chosen.push_back(choice.interaction);
    }
    return chosen;
}

} // namespace

/// What must hold of every selector that the registry lists, over seeded random datasets and moments.
class SelectorPropertiesTest : public QObject
{
    Q_OBJECT

private slots:
    void choicesAreOfThePast_data() { addRows(); }

    /// Only what the lag leaves of the user's past (or another's, where the selector shows others), nothing twice, no
    /// candidate, at most k; the same again, and whatever the order of the candidates.
    void choicesAreOfThePast()
    {
        QFETCH(QString, id);
        QFETCH(int, seed);
        const auto& entry = *findEntry(demonstrationSelectors(), id.toStdString());
        RandomStream random(static_cast<std::uint64_t>(seed), "test.selectors");
        auto parts = emptyParts(random);
        for (std::uint32_t line = 1; line <= 120; ++line)
            parts.interactions.push_back(randomRow(random, static_cast<std::int64_t>(random.index(8)) * day, line));
        const auto ties = random.index(2) == 0 ? data::TiePolicy::Exclude : data::TiePolicy::RowOrder;
        const World world(std::move(parts), randomVectors(random), ties);
        for (int i = 0; i < 40; ++i) {
            const auto moment =
                world.history.momentOf(static_cast<InteractionIndex>(random.index(world.dataset->size())));
            const auto lag = randomLag(random);
            const auto values = randomParameters(entry, world, moment, lag, random);
            const auto selector = entry.make(values);
            auto candidates = randomCandidates(world, moment, random);
            const auto drawn = random.next();
            const auto chosen = chosenBy(*selector, world, moment, lag, drawn, candidates);
            checkChoices(*selector, world, moment, lag, candidates, chosen);
            if (const auto k = values.find("k"); k != values.end())
                QVERIFY(static_cast<std::int64_t>(chosen.size()) <= std::get<std::int64_t>(k->second));
            QCOMPARE(chosenBy(*entry.make(values), world, moment, lag, drawn, candidates), chosen);
            random.shuffle(candidates);
            QCOMPARE(chosenBy(*selector, world, moment, lag, drawn, candidates), chosen);
        }
    }

    void theFutureChangesNothing_data() { addRows(); }

    /// Two datasets that are alike before a moment and differ in all that happens at it and after it.
    void theFutureChangesNothing()
    {
        QFETCH(QString, id);
        QFETCH(int, seed);
        const auto& entry = *findEntry(demonstrationSelectors(), id.toStdString());
        RandomStream random(static_cast<std::uint64_t>(seed), "test.futures");
        const auto shared = emptyParts(random);
        const auto vectors = randomVectors(random);
        for (int i = 0; i < 12; ++i) {
            const auto now = static_cast<std::int64_t>(1 + random.index(7)) * day;
            auto one = shared;
            auto other = shared;
            for (std::uint32_t line = 1; line <= 60; ++line)
                one.interactions.push_back(
                    randomRow(random, static_cast<std::int64_t>(random.index(static_cast<std::size_t>(now))), line));
            other.interactions = one.interactions;
            for (std::uint32_t line = 61; line <= 120; ++line)
                for (auto* parts : {&one, &other})
                    if (random.index(3) != 0)
                        parts->interactions.push_back(
                            randomRow(random, now + static_cast<std::int64_t>(random.index(5)) * day, line));
            const World world(std::move(one), vectors, data::TiePolicy::Exclude);
            const World changed(std::move(other), vectors, data::TiePolicy::Exclude);
            const data::Moment moment {.user = static_cast<data::UserIndex>(random.index(users)),
                                       .time = fromUnix(now),
                                       .interaction = std::nullopt};
            const auto lag = randomLag(random);
            const auto selector = entry.make(randomParameters(entry, world, moment, lag, random));
            const auto candidates = randomCandidates(world, moment, random);
            QCOMPARE(chosenBy(*selector, changed, moment, lag, 7, candidates),
                     chosenBy(*selector, world, moment, lag, 7, candidates));
        }
    }

    void whatIsMissingIsSaid()
    {
        const auto history = makeHistory(annAndBob());
        const auto moment = history.momentOf(interactionOf(history.dataset(), "ann", "x"));
        for (const auto& entry : demonstrationSelectors()) {
            ParameterValues values;
            for (const auto& parameter : entry.parameters)
                values[parameter.id] = parameter.fallback;
            const auto selector = entry.make(values);
            const auto needs = selector->needs();
            const auto choices = selector->select({history, moment, {}, 1});
            QCOMPARE(choices.has_value(), !needs.titles && !needs.vectors && !needs.audience);
            if (!choices)
                QVERIFY(choices.error().code == ErrorCode::NotFound);
        }
    }

private:
    static void addRows()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("seed");
        for (const auto& entry : demonstrationSelectors())
            for (int seed = 0; seed < 5; ++seed)
                QTest::addRow("%s, seed %d", entry.id.c_str(), seed) << QString::fromStdString(entry.id) << seed;
    }

    /// The leak rule written down a second time, from the columns of the data.
    static void checkChoices(const DemonstrationSelector& selector, const World& world, const data::Moment& moment,
                             data::Lag lag, const std::vector<ItemIndex>& candidates,
                             const std::vector<InteractionIndex>& chosen)
    {
        const auto& dataset = *world.dataset;
        QCOMPARE(std::set<InteractionIndex>(chosen.begin(), chosen.end()).size(), chosen.size());
        for (const auto i : chosen) {
            const bool isEarlierRow = world.history.ties() == data::TiePolicy::RowOrder
                && dataset.time(i) == moment.time && dataset.user(i) == moment.user
                && dataset.sourceRow(i) < dataset.sourceRow(*moment.interaction);
            QVERIFY(dataset.time(i) < moment.time || isEarlierRow);
            QVERIFY(std::find(candidates.begin(), candidates.end(), dataset.item(i)) == candidates.end());
            const bool isOwn = dataset.user(i) == moment.user;
            QVERIFY(isOwn || selector.showsOtherUsers());
            const data::Moment asSeen = isOwn
                ? moment
                : data::Moment {.user = dataset.user(i), .time = moment.time, .interaction = std::nullopt};
            const auto known = world.history.before(asSeen, lag);
            QVERIFY(std::find(known.begin(), known.end(), i) != known.end());
        }
    }
};

QTEST_APPLESS_MAIN(SelectorPropertiesTest)
#include "tst_selectorproperties.moc"
