// SPDX-License-Identifier: GPL-3.0-or-later
// Torch comes before Qt, whose macros break it.
#include "core/network/rope.h"

#include <QtTest>

#include <cmath>

using namespace driftscope;
using namespace driftscope::network;

namespace {

using Scaling = checkpoint::Rope::Scaling;

std::vector<float> frequencies(const checkpoint::ModelConfig& config, std::int64_t lengthClass = 0)
{
    return ropeFrequencies(config, config.rope, lengthClass).values;
}

checkpoint::ModelConfig config(Scaling scaling)
{
    checkpoint::ModelConfig made;
    made.headDim = 4;
    made.rope.theta = 10'000; // frequencies 1 and 1/100
    made.rope.scaling = scaling;
    made.rope.factor = 8;
    made.rope.lowFreqFactor = 1;
    made.rope.highFreqFactor = 4;
    made.rope.originalContext = 64;
    return made;
}

} // namespace

class TestRope : public QObject
{
    Q_OBJECT

private slots:
    void frequenciesFallGeometrically()
    {
        QCOMPARE(frequencies(config(Scaling::None)), (std::vector<float> {1.0F, 0.01F}));
        QCOMPARE(frequencies(config(Scaling::Linear)), (std::vector<float> {0.125F, 0.00125F}));
    }

    // Wavelengths are 6.3 (below 64 / 4: stays) and 628 (above 64 / 1: divided by 8).
    void llama3StretchesLongWavesOnly()
    {
        QCOMPARE(frequencies(config(Scaling::Llama3)), (std::vector<float> {1.0F, 0.00125F}));
    }

    void divisorsDivide()
    {
        auto divided = config(Scaling::None);
        divided.rope.frequencyDivisors = {2, 4};
        QCOMPARE(frequencies(divided), (std::vector<float> {0.5F, 0.0025F}));
    }

    void onlyTheRotatedDimensionsCount()
    {
        auto partial = config(Scaling::None);
        partial.headDim = 8;
        partial.rotaryDim = 4;
        QCOMPARE(frequencies(partial), (std::vector<float> {1.0F, 0.01F}));
    }

    // Base 10,000 grows by (8 * 128 / 64 - 7) ^ (4 / 2) = 81 at twice the original length.
    void dynamicBaseGrowsBeyondTheOriginalContext()
    {
        const auto dynamic = config(Scaling::Dynamic);
        QCOMPARE(dynamic.rope.lengthClass(64), std::int64_t {0});
        QCOMPARE(dynamic.rope.lengthClass(128), std::int64_t {128});
        QCOMPARE(frequencies(dynamic), (std::vector<float> {1.0F, 0.01F}));
        QCOMPARE(frequencies(dynamic, 128), (std::vector<float> {1.0F, static_cast<float>(1 / 900.0)}));
    }

    void longropeHasAFactorForEachPairAndSide()
    {
        auto longrope = config(Scaling::Longrope);
        longrope.rope.shortFactors = {1, 2};
        longrope.rope.longFactors = {4, 5};
        QCOMPARE(longrope.rope.lengthClass(64), std::int64_t {0});
        QCOMPARE(longrope.rope.lengthClass(65), longrope.rope.lengthClass(1000));
        QCOMPARE(frequencies(longrope), (std::vector<float> {1.0F, 0.005F}));
        QCOMPARE(frequencies(longrope, longrope.rope.lengthClass(65)), (std::vector<float> {0.25F, 0.002F}));
        // sqrt(1 + ln 8 / ln 64) = sqrt(1.5)
        QVERIFY(std::abs(ropeFrequencies(longrope, longrope.rope).attentionFactor - std::sqrt(1.5)) < 1e-12);
    }

    // With base 10,000 and 4 dimensions, 32 rotations within 64 tokens lie at pair -0.25 and a tenth of one at 1.004:
    // the range is 0 to 2, so that pair 0 stays and pair 1 lies half way.
    void yarnBlendsBetweenItsBounds()
    {
        auto yarn = config(Scaling::Yarn);
        yarn.rope.betaSlow = 0.1;
        QCOMPARE(frequencies(yarn), (std::vector<float> {1.0F, 0.005625F}));
        const auto factorOf = [&yarn] { return ropeFrequencies(yarn, yarn.rope).attentionFactor; };
        QVERIFY(std::abs(factorOf() - (0.1 * std::log(8.0) + 1)) < 1e-12);
        yarn.rope.mscale = 2;
        yarn.rope.mscaleAllDim = 1;
        QVERIFY(std::abs(factorOf() - (0.2 * std::log(8.0) + 1) / (0.1 * std::log(8.0) + 1)) < 1e-12);
        yarn.rope.attentionFactor = 1.25;
        QCOMPARE(factorOf(), 1.25);
    }
};

QTEST_APPLESS_MAIN(TestRope)
#include "tst_rope.moc"
