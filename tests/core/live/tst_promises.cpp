// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/readerregistry.h"
#include "core/inference/llmscorer.h"
#include "core/live/scenario.h"
#include "core/tokenizer/tokenizerloader.h"

#include <QtTest>

using namespace driftscope;
using namespace driftscope::live;

/// What the texts of the bundled scenarios promise is seen with the bundled model.
class TestPromises : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        auto dataset = data::openDataset(DRIFTSCOPE_SOURCE_DIR "/datasets/planted", {}, {}, {});
        QVERIFY(dataset);
        m_source = std::make_unique<data::UserHistory>(std::move(*dataset), *data::LabelRule::parse("rating>=4"));
        const std::filesystem::path model = DRIFTSCOPE_SOURCE_DIR "/datasets/models/drift-tiny";
        auto checkpoint = checkpoint::Checkpoint::open(model);
        QVERIFY(checkpoint);
        m_contextTokens = (*checkpoint)->config().contextLength;
        auto tokenizer = tokenizer::loadTokenizer(model);
        QVERIFY(tokenizer);
        m_tokenizer = std::move(*tokenizer);
        inference::LoadOptions options;
        options.device = inference::deviceNamed("cpu");
        auto loaded = inference::LoadedModel::load(std::move(*checkpoint), options, {});
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
        m_scorer = inference::makeScorer(std::move(*loaded));
    }

    void cleanupTestCase() { m_scorer.reset(); }

    void everyStepShowsWhatItPromises_data()
    {
        QTest::addColumn<int>("scenario");
        const auto scenarios = builtInScenarios(DRIFTSCOPE_SOURCE_DIR "/resources/scenarios");
        for (std::size_t i = 0; i < scenarios.size(); ++i)
            QTest::newRow(scenarios[i].id.c_str()) << static_cast<int>(i);
    }

    void everyStepShowsWhatItPromises()
    {
        QFETCH(int, scenario);
        auto scenarios = builtInScenarios(DRIFTSCOPE_SOURCE_DIR "/resources/scenarios");
        const auto script = ScenarioScript::bind(scenarios[static_cast<std::size_t>(scenario)], *m_source);
        QVERIFY2(script, script ? "" : script.error().message.c_str());
        const ItemKinds kinds(m_source->dataset().catalog());
        LiveRanking before;
        for (std::size_t step = 0; step < script->questions.size(); ++step) {
            const auto& question = script->questions[step];
            const auto prompts = buildPrompts(question, {}, *m_source, m_tokenizer, m_contextTokens);
            QVERIFY2(prompts, prompts ? "" : prompts.error().message.c_str());
            QVERIFY(prompts->built.leaks.empty());
            const auto ranking = rankItems(question, *prompts, *m_scorer, step == 0 ? nullptr : &before, JobContext {});
            QVERIFY2(ranking, ranking ? "" : ranking.error().message.c_str());
            const auto ranks = kindRanks(*ranking, step == 0 ? nullptr : &before, kinds);
            for (const auto& [kind, effect] : script->scenario.steps[step].effects)
                QVERIFY2(
                    isSeen(effect, kind, ranks),
                    (script->scenario.steps[step].title + ": " + kind + " " + std::string(effectName(effect))).c_str());
            before = *ranking;
        }
    }

private:
    std::unique_ptr<data::UserHistory> m_source;
    std::shared_ptr<const tokenizer::Tokenizer> m_tokenizer;
    std::int64_t m_contextTokens = 0;
    std::unique_ptr<inference::Scorer> m_scorer;
};

QTEST_GUILESS_MAIN(TestPromises)
#include "tst_promises.moc"
