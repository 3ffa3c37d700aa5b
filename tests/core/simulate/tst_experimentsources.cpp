// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulate/experimentsources.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace driftscope;
using namespace driftscope::simulate;

namespace fs = std::filesystem;

namespace {

fs::path testData(const std::string& name)
{
    return fs::path(DRIFTSCOPE_TEST_DATA) / name;
}

Experiment experimentWith(const fs::path& checkpoint, const std::vector<fs::path>& adapters)
{
    Experiment experiment;
    experiment.checkpoint.path = checkpoint.string();
    for (const auto& adapter : adapters)
        experiment.checkpoint.adapters.push_back(adapter.string());
    return experiment;
}

Result<std::vector<data::SourceFile>> hashesOf(const Experiment& experiment)
{
    DRIFTSCOPE_TRY(const auto main, openCheckpoint("checkpoint.path", experiment.checkpoint.path, {}));
    DRIFTSCOPE_TRY(const auto adapters, openAdapters(experiment, main.checkpoint->config()));
    return hashModel(std::span(&main.checkpoint, 1), adapters, {});
}

} // namespace

class TestExperimentSources : public QObject
{
    Q_OBJECT

private slots:
    void adaptersCountForTheHashesOfTheModel()
    {
        const auto plain = hashesOf(experimentWith(testData("checkpoints/llama"), {}));
        QVERIFY2(plain.has_value(), plain ? "" : plain.error().message.c_str());
        QVERIFY(!plain->empty());
        const auto adapted = hashesOf(experimentWith(testData("checkpoints/llama"), {testData("adapters/all-linear")}));
        QVERIFY2(adapted.has_value(), adapted ? "" : adapted.error().message.c_str());
        QCOMPARE(adapted->size(), plain->size() + 1);
        QCOMPARE(adapted->back().path, testData("adapters/all-linear").string());
        QCOMPARE(adapted->front().hash, plain->front().hash);
    }

    void anAdapterThatChangedHasAnotherHash()
    {
        const QTemporaryDir folder;
        const fs::path copy = fs::path(folder.path().toStdString()) / "adapter";
        fs::copy(testData("adapters/all-linear"), copy);
        const auto experiment = experimentWith(testData("checkpoints/llama"), {copy});
        const auto before = hashesOf(experiment);
        std::ofstream(copy / "adapter_config.json", std::ios::app) << "\n";
        const auto after = hashesOf(experiment);
        QVERIFY(before.has_value() && after.has_value());
        QVERIFY(before->back().hash != after->back().hash);
    }

    void virtualTokensAreTakenOffTheContext()
    {
        const auto experiment = experimentWith(testData("checkpoints/llama"), {testData("adapters/p-tuning")});
        const auto main = openCheckpoint("checkpoint.path", experiment.checkpoint.path, {});
        QVERIFY(main.has_value());
        const auto adapters = openAdapters(experiment, main->checkpoint->config());
        if (!adapters)
            QSKIP(adapters.error().message.c_str());
        QVERIFY(virtualTokens(*adapters) > 0);
    }

    void whatIsNotThereIsNamedWithItsField()
    {
        const auto model = openCheckpoint("arms[].checkpoint", "/nowhere/model", {});
        QCOMPARE(model.error().code, ErrorCode::NotFound);
        QVERIFY(model.error().message.starts_with("arms[].checkpoint '/nowhere/model'"));
        Experiment experiment;
        experiment.dataset.path = "/nowhere/data";
        const auto dataset = openDatasetOf(experiment, {});
        QCOMPARE(dataset.error().code, ErrorCode::NotFound);
        QVERIFY(dataset.error().message.find("there is no dataset") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestExperimentSources)
#include "tst_experimentsources.moc"
