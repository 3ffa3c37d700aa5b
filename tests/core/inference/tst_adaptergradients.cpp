// SPDX-License-Identifier: GPL-3.0-or-later
// Torch comes before Qt, whose macros break it.
#include "core/inference/adapterloader_p.h"
#include "core/inference/loadedmodel_p.h"
#include "core/network/adapterweights.h"
#include "core/network/decoder.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>

using namespace driftscope;
using namespace driftscope::inference;
namespace fs = std::filesystem;

namespace {

using nlohmann::json;

constexpr std::int64_t yes = 302;
constexpr std::int64_t no = 290;

fs::path data(const std::string& relative)
{
    return fs::path(DRIFTSCOPE_TEST_DATA) / relative;
}

network::PackedBatch onePrompt(std::vector<std::int64_t> tokens)
{
    network::PackedBatch batch;
    const auto count = static_cast<std::int64_t>(tokens.size());
    batch.positions.resize(tokens.size());
    std::iota(batch.positions.begin(), batch.positions.end(), std::int64_t {0});
    batch.tokens = std::move(tokens);
    network::TokenSegment segment;
    segment.end = segment.subtreeEnd = count;
    batch.segments = {segment};
    batch.readRows = {count - 1};
    return batch;
}

/// An adapter whose tensors are leaves that require gradients, by PEFT's names.
struct Trainable {
    std::shared_ptr<network::AdapterWeights> weights;
    std::map<std::string, at::Tensor> leaves;
};

at::Tensor asLeaf(const at::Tensor& values)
{
    return values.detach().clone().requires_grad_(true);
}

Trainable trainable(const OpenedAdapter& opened, const network::DecoderWeights& base)
{
    Trainable made;
    const auto read = readAdapter(opened, base, {});
    if (!read)
        return made;
    made.weights = std::make_shared<network::AdapterWeights>(**read);
    const auto& modules = opened.adapter->description().modules;
    for (std::size_t i = 0; i < modules.size(); ++i) {
        auto& [place, change] = made.weights->changes[i];
        made.leaves[modules[i].down] = change.down = asLeaf(change.down);
        made.leaves[modules[i].up] = change.up = asLeaf(change.up);
        if (modules[i].magnitude.empty())
            continue;
        at::Tensor magnitude = at::empty({change.up.size(0)}, at::kFloat);
        if (!opened.adapter->read(modules[i].magnitude,
                                  {magnitude.data_ptr<float>(), static_cast<std::size_t>(magnitude.numel())}))
            return {};
        made.leaves[modules[i].magnitude] = magnitude = asLeaf(magnitude);
        change.rowScale = network::doraScale(network::rowsAt(base, place), change, magnitude);
    }
    if (made.weights->prompt.defined())
        made.leaves["prompt_encoder.embedding.weight"] = made.weights->prompt = asLeaf(made.weights->prompt);
    return made;
}

} // namespace

class TestAdapterGradients : public QObject
{
    Q_OBJECT

private slots:
    // reference.json: gradients of -log softmax(yes, no) by autograd through peft.
    void gradientsAreThoseOfPeft_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<int>("input");
        QTest::addColumn<QString>("key");
        for (const char* name : {"lora-qv", "lora-all-rs", "prompt-tuning"})
            QTest::newRow(name) << QString("checkpoints/llama/adapters/") + name << 1 << "grad_yes_loss_input1";
        QTest::newRow("dora") << "adapters/dora" << 0 << "gradients";
    }

    void gradientsAreThoseOfPeft()
    {
        QFETCH(QString, folder);
        QFETCH(int, input);
        QFETCH(QString, key);
        std::ifstream file(data(folder.toStdString()) / "reference.json");
        const json reference = json::parse(file, nullptr, false);
        const auto checkpoint = checkpoint::Checkpoint::open(data("checkpoints/llama"));
        QVERIFY(checkpoint.has_value());
        const auto model = LoadedModel::load(*checkpoint, {.device = DeviceChoice::Cpu}, {});
        QVERIFY(model.has_value());
        const auto opened = openAdapters({{data(folder.toStdString())}}, (*model)->config());
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        const Trainable adapter = trainable(opened->front(), (*model)->parts().weights);
        QVERIFY(!adapter.leaves.empty());

        const json& given = reference["inputs"][static_cast<std::size_t>(input)];
        auto ids = (given.is_array() ? given : given["ids"]).get<std::vector<std::int64_t>>();
        const auto vocabulary = (*model)->config().vocabularySize;
        for (std::int64_t i = adapter.weights->virtualTokens(); i-- > 0;)
            ids.insert(ids.begin(), vocabulary + i);
        const std::shared_ptr<const network::AdapterWeights> active = adapter.weights;
        const auto weights = network::withAdapters((*model)->parts().weights, {&active, 1});
        const auto hidden = network::runDecoder(weights, onePrompt(std::move(ids)), {});
        QVERIFY(hidden.has_value());
        const at::Tensor rows = weights.head.index_select(0, at::tensor({yes, no}, at::kLong));
        const at::Tensor logits = at::matmul(*hidden, rows.t());
        (-at::log_softmax(logits, -1).select(1, 0).sum()).backward();
        compare(adapter, reference[key.toStdString()]);
    }

private:
    static void compare(const Trainable& adapter, const json& expected)
    {
        QCOMPARE(adapter.leaves.size(), expected.size());
        for (const auto& [name, leaf] : adapter.leaves) {
            const auto found = expected.find(name);
            const json& values = found != expected.end() ? *found : expected.value(name + ".weight", json());
            QVERIFY2(values.is_object(), name.c_str());
            QVERIFY2(leaf.grad().defined(), name.c_str());
            const auto l2 = values["l2"].get<double>();
            QVERIFY2(std::abs(leaf.grad().norm().item<double>() - l2) <= 1e-3 * l2, name.c_str());
            const at::Tensor flat = leaf.grad().reshape({-1});
            for (std::size_t i = 0; i < values["first4"].size(); ++i)
                QVERIFY2(std::abs(flat[static_cast<std::int64_t>(i)].item<double>() - values["first4"][i].get<double>())
                             <= 1e-3 * l2,
                         name.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestAdapterGradients)
#include "tst_adaptergradients.moc"
