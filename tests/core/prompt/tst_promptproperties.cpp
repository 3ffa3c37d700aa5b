// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/demonstrations/selectorregistry.h"
#include "core/prompt/leakcheck.h"

#include <QTest>

#include <set>

#include "tests/core/prompt/promptdata.h"

using namespace driftscope;
using namespace driftscope::prompt;
using namespace driftscope::handmade;

namespace {

/// Users with many ties and titles of zero to six words.
std::shared_ptr<const data::Dataset> randomDataset(RandomStream& random)
{
    std::vector<Item> items;
    for (int i = 0; i < 40; ++i) {
        std::string title;
        for (auto words = random.index(7); words > 0; --words)
            title += "w" + std::to_string(random.index(9)) + (words > 1 ? " " : "");
        items.push_back({std::to_string(i), title, random.index(2) == 0 ? "1999" : ""});
    }
    std::vector<Row> rows;
    for (int i = 0; i < 150; ++i)
        rows.push_back({"u" + std::to_string(random.index(5)), std::to_string(random.index(items.size())),
                        static_cast<float>(1 + random.index(5)), static_cast<std::int64_t>(random.index(60))});
    return makeDataset(rows, items);
}

std::unique_ptr<demonstrations::DemonstrationSelector> randomSelector(RandomStream& random)
{
    const std::vector<std::string> ids {"none", "recent", "random"};
    const std::vector<std::string> labels {"both", "liked", "disliked"};
    const auto& entry = *findEntry(demonstrations::demonstrationSelectors(), ids[random.index(ids.size())]);
    return entry.make({{"k", static_cast<std::int64_t>(random.index(9))},
                       {"labels", labels[random.index(3)]},
                       {"trimBlock", static_cast<std::int64_t>(1 + random.index(6))}});
}

data::Lag randomLag(RandomStream& random)
{
    return {random.index(2) == 0 ? data::Lag::Unit::Events : data::Lag::Unit::Days,
            static_cast<std::int64_t>(random.index(3))};
}

} // namespace

/// What must hold of every prompt, over seeded random datasets, moments, selectors and budgets.
class PromptPropertiesTest : public QObject
{
    Q_OBJECT

private slots:
    void promptsNeverLeakAndFitTheirBudget_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 0; seed < 12; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }

    void promptsNeverLeakAndFitTheirBudget()
    {
        QFETCH(int, seed);
        RandomStream random(static_cast<std::uint64_t>(seed), "test.prompts");
        const auto dataset = randomDataset(random);
        const auto ties = random.index(2) == 0 ? data::TiePolicy::Exclude : data::TiePolicy::RowOrder;
        const auto history = makeHistory(dataset, ties, random.index(3) == 0 ? "user-mean" : "rating>=4");
        for (int i = 0; i < 60; ++i) {
            const auto moment = history.momentOf(static_cast<data::InteractionIndex>(random.index(dataset->size())));
            checkMoment(history, moment, random);
            if (QTest::currentTestFailed())
                return;
        }
    }

    void aGrowingContextKeepsItsBeginning_data() { promptsNeverLeakAndFitTheirBudget_data(); }

    /// Following moments of a user: the text up to the query begins with the earlier moment's, unless a block was cut;
    /// then it begins with what stood there after the cut.
    void aGrowingContextKeepsItsBeginning()
    {
        QFETCH(int, seed);
        RandomStream random(static_cast<std::uint64_t>(seed), "test.growing");
        const auto dataset = randomDataset(random);
        const auto ties = random.index(2) == 0 ? data::TiePolicy::Exclude : data::TiePolicy::RowOrder;
        const auto history = makeHistory(dataset, ties, random.index(3) == 0 ? "user-mean" : "rating>=4");
        const auto k = 1 + random.index(8);
        const auto block = 1 + random.index(k);
        const auto lag = randomLag(random);
        const auto& entry = *findEntry(demonstrations::demonstrationSelectors(), std::string_view("recent"));
        const auto selector =
            entry.make({{"k", static_cast<std::int64_t>(k)}, {"trimBlock", static_cast<std::int64_t>(block)}});
        const PromptBuilder builder(*findTemplate("movies", {}), dataset);
        for (data::UserIndex user = 0; user < dataset->userCount(); ++user) {
            std::string before = builder.build({}, 0).text; // begins with the header
            std::vector<data::InteractionIndex> shownBefore;
            for (const auto interaction : dataset->ofUser(user)) {
                const auto moment = history.momentOf(interaction);
                const auto earlier = history.before(moment, lag);
                PromptContext context {.demonstrations = {},
                                       .history = history.likedBefore(moment, 5, lag),
                                       .trimBlock = block,
                                       .dropped = {}};
                context.demonstrations = demonstrations::withHistories(
                    history, *selector->select({history, moment, lag, 1}), {.maxItems = 5, .lag = lag});
                std::vector<data::InteractionIndex> shown;
                for (const auto& demonstration : context.demonstrations)
                    shown.push_back(demonstration.interaction);
                // the newest ones without a gap, from a multiple of the block on
                QVERIFY(shown.size() <= k && shown.size() + block > std::min(k, earlier.size()));
                QVERIFY(std::equal(shown.rbegin(), shown.rend(), earlier.rbegin()));
                QVERIFY(earlier.size() <= k || (earlier.size() - shown.size()) % block == 0);
                const std::string text = demonstrationText(builder, context);
                const bool isCut = !shownBefore.empty() && shown.front() != shownBefore.front();
                QVERIFY(isCut || text.starts_with(before) || shownBefore.empty());
                before = text;
                shownBefore = shown;
            }
        }
    }

    void budgetsDropWholeBlocksOfTheGrid()
    {
        // Whatever the budget, the first demonstration shown is number 0, b, 2b, ... of the user's past.
        RandomStream random(7, "test.blocks");
        const auto dataset = randomDataset(random);
        const auto history = makeHistory(dataset);
        const PromptBuilder builder(*findTemplate("movies", {}), dataset);
        const auto& entry = *findEntry(demonstrations::demonstrationSelectors(), std::string_view("recent"));
        for (int i = 0; i < 200; ++i) {
            const auto block = static_cast<std::int64_t>(1 + random.index(4));
            const auto selector = entry.make({{"k", std::int64_t {8}}, {"trimBlock", block}});
            const auto moment = history.momentOf(static_cast<data::InteractionIndex>(random.index(dataset->size())));
            const auto earlier = history.before(moment);
            PromptContext context {.demonstrations = demonstrations::withHistories(
                                       history, *selector->select({history, moment, {}, 1}), {}),
                                   .history = {},
                                   .trimBlock = selector->trimBlock(),
                                   .dropped = {}};
            const auto fitted =
                *builder.fitToBudget(context, unseenItems(history, moment), 50 + random.index(200), countWords);
            const auto left = fitted.demonstrations.size();
            QVERIFY(left == 0 || (earlier.size() - left) % static_cast<std::size_t>(block) == 0);
        }
    }

private:
    /// The prompt's text before the query block.
    static std::string demonstrationText(const PromptBuilder& builder, const PromptContext& context)
    {
        const auto prompt = builder.build(context, 0);
        for (const auto& span : prompt.spans)
            if (span.kind == SpanKind::Query)
                return prompt.text.substr(0, span.start);
        return {};
    }

    void checkMoment(const data::UserHistory& history, const data::Moment& moment, RandomStream& random) const
    {
        const auto& dataset = history.dataset();
        const auto selector = randomSelector(random);
        const auto choices = selector->select({history, moment, randomLag(random), random.next()});
        QVERIFY(choices);
        const demonstrations::HistoryPolicy policy {.maxItems = static_cast<std::int64_t>(random.index(12)),
                                                    .lag = randomLag(random)};
        PromptContext context {.demonstrations = demonstrations::withHistories(history, *choices, policy),
                               .history =
                                   history.likedBefore(moment, static_cast<std::size_t>(policy.maxItems), policy.lag),
                               .trimBlock = selector->trimBlock(),
                               .dropped = {}};
        const PromptBuilder builder(*findTemplate("movies", {}), history.sharedDataset());
        const auto candidates = unseenItems(history, moment);
        const auto budget = 45 + random.index(200);
        const auto fitted = builder.fitToBudget(context, candidates, budget, countWords);
        QVERIFY2(fitted, fitted ? "" : fitted.error().message.c_str());
        QCOMPARE(fitted->demonstrations.size() + fitted->history.size() + fitted->dropped.size(),
                 context.demonstrations.size() + context.history.size());
        for (const auto target : candidates) {
            const auto prompt = builder.build(*fitted, target);
            QVERIFY(countWords(prompt.text) <= budget);
            const auto leaks = findLeaks(prompt, history, moment, target);
            QVERIFY2(leaks.empty(), leaks.empty() ? "" : leaks[0].what.c_str());
            checkSpans(prompt, dataset, moment, history.ties());
        }
        QVERIFY(fitted->dropped.empty() || needsItsLastDrop(builder, context, *fitted, candidates, budget));
    }

    /// The same rule as the leak check's, written down a second time from the columns of the data.
    static void checkSpans(const Prompt& prompt, const data::Dataset& dataset, const data::Moment& moment,
                           data::TiePolicy ties)
    {
        std::size_t lastStart = 0;
        for (const auto& span : prompt.spans) {
            QVERIFY(span.start >= lastStart && span.start <= span.end && span.end <= prompt.text.size());
            lastStart = span.start;
            if (!span.interaction)
                continue;
            const auto time = dataset.time(*span.interaction);
            const bool isEarlierRow = ties == data::TiePolicy::RowOrder && time == moment.time
                && dataset.sourceRow(*span.interaction) < dataset.sourceRow(*moment.interaction);
            QVERIFY(time < moment.time || isEarlierRow);
            QCOMPARE(dataset.user(*span.interaction), moment.user);
        }
    }

    /// True if the prompts do not fit with one item fewer dropped, or one block of demonstrations.
    static bool needsItsLastDrop(const PromptBuilder& builder, PromptContext whole, const PromptContext& fitted,
                                 const std::vector<data::ItemIndex>& candidates, std::size_t budget)
    {
        std::set<std::pair<Dropped::Kind, data::InteractionIndex>> dropped;
        const auto demonstrations = whole.demonstrations.size();
        const std::size_t last = fitted.dropped.size() > demonstrations
            ? fitted.dropped.size() - 1
            : (fitted.dropped.size() - 1) / whole.trimBlock * whole.trimBlock;
        for (std::size_t i = 0; i < last; ++i)
            dropped.emplace(fitted.dropped[i].kind, fitted.dropped[i].interaction);
        std::erase_if(whole.demonstrations, [&](const auto& shown) {
            return dropped.contains({Dropped::Kind::Demonstration, shown.interaction});
        });
        std::erase_if(whole.history, [&](data::InteractionIndex interaction) {
            return dropped.contains({Dropped::Kind::HistoryItem, interaction});
        });
        return std::any_of(candidates.begin(), candidates.end(), [&](data::ItemIndex target) {
            return countWords(builder.build(whole, target).text) > budget;
        });
    }

    /// The moment's own item and some that the user has not had up to then.
    static std::vector<data::ItemIndex> unseenItems(const data::UserHistory& history, const data::Moment& moment)
    {
        const auto& dataset = history.dataset();
        std::vector<data::ItemIndex> items {dataset.item(*moment.interaction)};
        for (data::ItemIndex item = 0; item < dataset.itemCount() && items.size() < 8; ++item) {
            const auto own = dataset.ofUser(moment.user);
            if (std::none_of(own.begin(), own.end(), [&](data::InteractionIndex i) { return dataset.item(i) == item; }))
                items.push_back(item);
        }
        return items;
    }
};

QTEST_APPLESS_MAIN(PromptPropertiesTest)
#include "tst_promptproperties.moc"
