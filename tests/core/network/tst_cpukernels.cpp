// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/network/cpukernels.h"

#include <QtTest>

#include <cmath>
#include <vector>

using namespace driftscope;
namespace kernels = driftscope::network::kernels;

namespace {

// Odd sizes, so that the ends behind whole vectors are met too.
constexpr std::int64_t size = 83;

std::vector<float> randomValues(std::uint64_t seed, double spread)
{
    RandomStream random(seed, "kernel test");
    std::vector<float> values(size);
    for (float& value : values)
        value = static_cast<float>((random.uniform() - 0.5) * 2 * spread);
    return values;
}

bool isNear(double value, double expected, double tolerance = 1e-6)
{
    return std::abs(value - expected) <= tolerance * std::max(1.0, std::abs(expected));
}

} // namespace

class TestCpuKernels : public QObject
{
    Q_OBJECT

private slots:
    void rmsNormDividesByTheRootMeanSquare()
    {
        const auto x = randomValues(1, 3);
        const auto weight = randomValues(2, 1);
        std::vector<float> out(size);
        kernels::rmsNorm(x.data(), weight.data(), 1e-5F, size, out.data());
        double squares = 0;
        for (const float value : x)
            squares += double(value) * double(value);
        const double scale = 1 / std::sqrt(squares / double(size) + 1e-5);
        for (std::size_t i = 0; i < x.size(); ++i)
            QVERIFY(isNear(double(out[i]), double(x[i]) * scale * double(weight[i])));
    }

    void gatesAreTheirFunctions()
    {
        auto gates = randomValues(3, 30);
        gates[0] = 120; // beyond what exp can hold
        gates[1] = -120;
        const auto ups = randomValues(4, 2);
        std::vector<float> out(size);
        kernels::gate(gates.data(), ups.data(), kernels::Gate::Silu, size, out.data());
        for (std::size_t i = 0; i < gates.size(); ++i) {
            const auto x = double(gates[i]);
            QVERIFY(isNear(double(out[i]), x / (1 + std::exp(-x)) * double(ups[i]), 2e-6));
        }
        kernels::gate(gates.data(), ups.data(), kernels::Gate::GeluTanh, size, out.data());
        for (std::size_t i = 0; i < gates.size(); ++i) {
            const auto x = double(gates[i]);
            const double inner = std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x);
            QVERIFY(isNear(double(out[i]), 0.5 * x * (1 + std::tanh(inner)) * double(ups[i]), 4e-6));
        }
        kernels::gate(gates.data(), ups.data(), kernels::Gate::Gelu, size, out.data());
        for (std::size_t i = 0; i < gates.size(); ++i) {
            const auto x = double(gates[i]);
            QVERIFY(isNear(double(out[i]), 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))) * double(ups[i]), 4e-6));
        }
    }

    // exp(1) and exp(2) are the weights of the two parts.
    void mergedPartsAreOneSoftmax()
    {
        std::vector<float> out(size, 1.0F);
        const std::vector<float> other(size, 4.0F);
        float logSum = 1;
        kernels::merge(out.data(), logSum, other.data(), 2, size);
        const double share = std::exp(2.0) / (std::exp(1.0) + std::exp(2.0));
        QVERIFY(isNear(double(out[size - 1]), 1 + 3 * share));
        QVERIFY(isNear(double(logSum), std::log(std::exp(1.0) + std::exp(2.0))));
    }

    void mergeSurvivesLargeScores()
    {
        std::vector<float> out(size, 1.0F);
        const std::vector<float> other(size, 4.0F);
        float logSum = 5000;
        kernels::merge(out.data(), logSum, other.data(), -5000, size);
        QCOMPARE(out[0], 1.0F);
        QCOMPARE(logSum, 5000.0F);
    }

    void rotationByAQuarterSwapsTheHalves()
    {
        std::vector<float> head {1, 2, 3, 4};
        const std::vector<float> cosines {0, 1};
        const std::vector<float> sines {1, 0};
        kernels::rotate(head.data(), {cosines.data(), sines.data(), nullptr, 0, 4});
        QCOMPARE(head, (std::vector<float> {-3, 2, 1, 4}));
    }

    void bf16RoundsToNearestEven()
    {
        const std::vector<float> values {1.0F, 1.00390625F, 1.01171875F, -2.5F, NAN}; // ties at 1 + 2^-8, 1 + 3 * 2^-8
        std::vector<kernels::Bf16> stored(values.size());
        std::vector<float> back(values.size());
        kernels::narrow(values.data(), std::int64_t(values.size()), stored.data());
        kernels::widen(stored.data(), std::int64_t(values.size()), back.data());
        QCOMPARE(back[0], 1.0F);
        QCOMPARE(back[1], 1.0F);
        QCOMPARE(back[2], 1.015625F);
        QCOMPARE(back[3], -2.5F);
        QVERIFY(std::isnan(back[4]));
    }

    void cappedSoftmaxIsItsFunction()
    {
        const auto scores = randomValues(31, 40);
        auto mask = randomValues(32, 1);
        mask[5] = -1e30F; // not seen
        const auto capped = [&](std::size_t i) {
            return 5 * std::tanh(double(scores[i]) * 0.25 / 5) + double(mask[i]);
        };
        double sum = 0;
        for (std::size_t i = 0; i < scores.size(); ++i)
            sum += std::exp(capped(i));
        auto weights = scores;
        const float logSum = kernels::cappedSoftmax(weights.data(), mask.data(), 0.25F, 5, size);
        QVERIFY(isNear(double(logSum), std::log(sum), 1e-5));
        for (std::size_t i = 0; i < scores.size(); ++i)
            QVERIFY(isNear(double(weights[i]), std::exp(capped(i)) / sum, 1e-5));
        QCOMPARE(weights[5], 0.0F);
    }
};

QTEST_APPLESS_MAIN(TestCpuKernels)
#include "tst_cpukernels.moc"
