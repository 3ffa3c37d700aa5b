// SPDX-License-Identifier: GPL-3.0-or-later
// Torch comes before Qt, whose macros break it.
#include "core/network/rope.h"

#include <QtTest>

#include <cmath>

using namespace driftscope;
using namespace driftscope::network;

namespace {

checkpoint::ModelConfig config(checkpoint::Rope::Scaling scaling)
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
        const auto plain = ropeFrequencies(config(checkpoint::Rope::Scaling::None));
        QVERIFY(plain.has_value());
        QCOMPARE(*plain, (std::vector<float> {1.0F, 0.01F}));
        const auto linear = ropeFrequencies(config(checkpoint::Rope::Scaling::Linear));
        QCOMPARE(*linear, (std::vector<float> {0.125F, 0.00125F}));
    }

    // Wavelengths are 6.3 (below 64 / 4: stays) and 628 (above 64 / 1: divided by 8).
    void llama3StretchesLongWavesOnly()
    {
        const auto frequencies = ropeFrequencies(config(checkpoint::Rope::Scaling::Llama3));
        QVERIFY(frequencies.has_value());
        QCOMPARE((*frequencies)[0], 1.0F);
        QCOMPARE((*frequencies)[1], 0.00125F);
    }

    void divisorsDivide()
    {
        auto divided = config(checkpoint::Rope::Scaling::None);
        divided.rope.frequencyDivisors = {2, 4};
        QCOMPARE(*ropeFrequencies(divided), (std::vector<float> {0.5F, 0.0025F}));
        divided.rope.frequencyDivisors = {2};
        const auto wrong = ropeFrequencies(divided);
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().code, ErrorCode::Inconsistent);
    }

    void yarnIsRefused()
    {
        const auto refused = ropeFrequencies(config(checkpoint::Rope::Scaling::Yarn));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::UnsupportedFormat);
    }
};

QTEST_APPLESS_MAIN(TestRope)
#include "tst_rope.moc"
