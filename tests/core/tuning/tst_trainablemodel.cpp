// SPDX-License-Identifier: GPL-3.0-or-later
// Torch comes before Qt, whose macros break it.
#include "core/base/random.h"
#include "core/inference/loadedmodel_p.h"
#include "core/tuning/trainablemodel_p.h"

#include <QtTest>

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <map>

using namespace driftscope;
using namespace driftscope::tuning;

namespace {

const TuningMethod allWeights {.isLora = false, .trainsEmbedding = true};

TuningMethod loraEverywhere(double dropout = 0)
{
    TuningMethod method;
    method.rank = 3;
    method.dropout = dropout;
    method.targets = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"};
    return method;
}

/// A checkpoint of tests/data/checkpoints made trainable; the "up" matrices of LoRA are filled, so that all matter.
TrainableModel modelOf(const std::string& name, const TuningMethod& method)
{
    const auto checkpoint = checkpoint::Checkpoint::open(std::string(DRIFTSCOPE_TEST_DATA) + "/checkpoints/" + name);
    if (!checkpoint)
        qFatal("%s", checkpoint.error().message.c_str());
    const auto model =
        inference::LoadedModel::load(*checkpoint, {.device = inference::DeviceChoice::Cpu}, JobContext {});
    auto made = makeTrainable(**model, method, 7);
    if (!made)
        qFatal("%s", made.error().message.c_str());
    const at::NoGradGuard noGradients;
    at::manual_seed(3);
    for (LoraModule& lora : made->lora)
        lora.up.normal_(0, 0.2);
    return std::move(*made);
}

/// Prompts of random tokens with text loss everywhere and an answer at the end.
std::vector<TuningSample> samplesFor(const TrainableModel& model)
{
    RandomStream random(11, "tokens");
    const auto vocabulary = static_cast<std::size_t>(model.weights.config.vocabularySize);
    std::vector<TuningSample> samples;
    for (const std::size_t length : {9U, 14U, 5U}) {
        TuningSample sample;
        for (std::size_t i = 0; i < length; ++i)
            sample.tokens.push_back(static_cast<inference::TokenId>(random.index(vocabulary)));
        for (std::size_t i = 0; i + 1 < length; ++i)
            sample.terms.push_back({static_cast<std::int64_t>(i), sample.tokens[i + 1], false});
        sample.cue = static_cast<std::int64_t>(length) - 1;
        sample.answers = {5, 8};
        sample.isLiked = length % 2 == 1;
        sample.terms.push_back({sample.cue, sample.answers[sample.isLiked ? 0 : 1], true});
        samples.push_back(std::move(sample));
    }
    return samples;
}

at::Tensor lossTensor(const TrainableModel& model, const std::vector<TuningSample>& samples)
{
    const auto sums = lossOf(model, samples, {});
    return sums->answers + sums->text * 0.5;
}

double lossValue(const TrainableModel& model, const std::vector<TuningSample>& samples)
{
    const at::NoGradGuard noGradients;
    return lossTensor(model, samples).item<double>();
}

std::map<std::string, at::Tensor> gradientsOf(const TrainableModel& model, const std::vector<TuningSample>& samples)
{
    at::manual_seed(21); // of dropout
    lossTensor(model, samples).backward();
    std::map<std::string, at::Tensor> gradients;
    for (const tuning::Parameter& parameter : model.parameters) {
        gradients[parameter.name] = parameter.value.grad().defined() ? parameter.value.grad().clone() : at::Tensor();
        parameter.value.mutable_grad().reset();
    }
    return gradients;
}

/// Central difference of the loss when `parameter` moves along `direction`.
double slope(const TrainableModel& model, const std::vector<TuningSample>& samples, const tuning::Parameter& parameter,
             const at::Tensor& direction, double step)
{
    const at::NoGradGuard noGradients;
    at::Tensor value = parameter.value;
    value.add_(direction, step);
    const double above = lossValue(model, samples);
    value.add_(direction, -2 * step);
    const double below = lossValue(model, samples);
    value.add_(direction, step);
    return (above - below) / (2 * step);
}

at::Tensor unitOf(const at::Tensor& like, std::int64_t place)
{
    at::Tensor unit = at::zeros({like.numel()}, like.options());
    unit[place] = 1;
    return unit.view(like.sizes());
}

void eachCheckpointBothWays()
{
    QTest::addColumn<QString>("checkpoint");
    QTest::addColumn<bool>("isLora");
    for (const char* name : {"llama", "llama-biases", "qwen3", "gemma2", "phi3"}) {
        QTest::addRow("%s, all weights", name) << name << false;
        if (QByteArray(name) != "phi3") // whose projections have other names
            QTest::addRow("%s, LoRA", name) << name << true;
    }
}

/// Gradients with recomputed activations are those without, to the last bit.
void checkRecomputed(TrainableModel& model)
{
    const auto samples = samplesFor(model);
    const auto expected = gradientsOf(model, samples);
    model.recomputesActivations = true;
    const auto recomputed = gradientsOf(model, samples);
    for (const auto& [name, gradient] : expected)
        QVERIFY2(recomputed.at(name).equal(gradient), name.c_str());
}

} // namespace

class TestTrainableModel : public QObject
{
    Q_OBJECT

private slots:
    void gradientsAreNumericalDifferences_data() { eachCheckpointBothWays(); }

    /// Of every tensor: along its gradient, and for the three single values whose gradients are largest.
    void gradientsAreNumericalDifferences()
    {
        QFETCH(QString, checkpoint);
        QFETCH(bool, isLora);
        const auto model = modelOf(checkpoint.toStdString(), isLora ? loraEverywhere() : allWeights);
        const auto samples = samplesFor(model);
        const auto gradients = gradientsOf(model, samples);
        QVERIFY(model.parameters.size() >= 14);
        for (const tuning::Parameter& parameter : model.parameters) {
            const at::Tensor& gradient = gradients.at(parameter.name);
            QVERIFY2(gradient.defined(), parameter.name.c_str());
            const double length = gradient.norm().item<double>();
            QVERIFY2(length > 0, parameter.name.c_str());
            std::vector<at::Tensor> directions {gradient / length};
            const at::Tensor largest = std::get<1>(gradient.reshape({-1}).abs().topk(3));
            for (std::int64_t i = 0; i < 3; ++i)
                directions.push_back(unitOf(gradient, largest[i].item<std::int64_t>()));
            for (const at::Tensor& direction : directions) {
                const double expected = (gradient * direction).sum().item<double>();
                const double measured = slope(model, samples, parameter, direction, 4e-3);
                // fp32: a loss of some hundred nats is known to 1e-5, which the step of 4e-3 makes 4e-3
                QVERIFY2(std::abs(measured - expected) <= 0.02 * std::abs(expected) + 0.01 * length + 0.01,
                         qPrintable(QStringLiteral("%1: %2, by differences %3")
                                        .arg(QString::fromStdString(parameter.name))
                                        .arg(expected)
                                        .arg(measured)));
            }
        }
    }

    void recomputedLayersGiveTheSameGradients_data() { eachCheckpointBothWays(); }

    /// To the last bit, dropout included.
    void recomputedLayersGiveTheSameGradients()
    {
        QFETCH(QString, checkpoint);
        QFETCH(bool, isLora);
        auto model = modelOf(checkpoint.toStdString(), isLora ? loraEverywhere(0.3) : allWeights);
        checkRecomputed(model);
    }

    void frozenLayersBelowAreRecomputedToo()
    {
        auto method = loraEverywhere();
        method.targets = {"down_proj"};
        auto model = modelOf("llama", method);
        checkRecomputed(model);
    }

    /// Products in bf16 keep 8 bits; weights and their gradients stay fp32.
    void halfPrecisionStaysNearFp32()
    {
        for (const bool isLora : {false, true}) {
            auto model = modelOf("llama", isLora ? loraEverywhere() : allWeights);
            const auto samples = samplesFor(model);
            const double exact = lossValue(model, samples);
            const auto gradients = gradientsOf(model, samples);
            model.weights.computeType = at::kBFloat16;
            const double rounded = lossValue(model, samples);
            QVERIFY(rounded != exact);
            QVERIFY2(std::abs(rounded - exact) < 0.005 * exact, qPrintable(QString::number(rounded - exact)));
            for (const auto& [name, gradient] : gradientsOf(model, samples)) {
                QVERIFY(gradient.scalar_type() == at::kFloat);
                const double cosine = (gradient * gradients.at(name)).sum().item<double>()
                    / (gradient.norm() * gradients.at(name).norm()).item<double>();
                QVERIFY2(cosine > 0.98, qPrintable(QString::fromStdString(name) + " " + QString::number(cosine)));
            }
        }
    }

    /// A share of what "down" sees is dropped while gradients are recorded, and nothing while validating.
    void dropoutActsInTrainingAlone()
    {
        const auto model = modelOf("llama", loraEverywhere(0.5));
        const auto without = modelOf("llama", loraEverywhere());
        const auto samples = samplesFor(model);
        QCOMPARE(lossValue(model, samples), lossValue(without, samples));
        const double plain = lossTensor(without, samples).item<double>();
        at::manual_seed(1);
        const double one = lossTensor(model, samples).item<double>();
        const double other = lossTensor(model, samples).item<double>();
        at::manual_seed(1);
        const double again = lossTensor(model, samples).item<double>();
        QVERIFY(one != plain);
        QVERIFY(one != other);
        QCOMPARE(one, again);
    }

    void unknownTargetIsAnError()
    {
        const auto checkpoint = checkpoint::Checkpoint::open(std::string(DRIFTSCOPE_TEST_DATA) + "/checkpoints/phi3");
        const auto model =
            inference::LoadedModel::load(*checkpoint, {.device = inference::DeviceChoice::Cpu}, JobContext {});
        TuningMethod method;
        method.targets = {"somewhere"};
        const auto made = makeTrainable(**model, method, 1);
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::UnknownName);
    }
};

QTEST_APPLESS_MAIN(TestTrainableModel)
#include "tst_trainablemodel.moc"
