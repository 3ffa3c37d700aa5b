// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/matrixfactorization.h"

#include "core/base/random.h"
#include "core/baselines/factors_p.h"
#include "core/baselines/passes_p.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace driftscope::baselines {

namespace {

using data::InteractionIndex;

constexpr std::size_t batchRows = 256;
constexpr std::size_t width(std::int64_t dimensions)
{
    return static_cast<std::size_t>(dimensions) + 1; // the bias is the last
}

/// Gradients and moments of a table; a step moves the rows that the batch met.
class AdamRows
{
public:
    AdamRows(std::size_t rows, std::size_t columns)
        : m_columns(columns)
        , m_gradients(rows * columns, 0.0F)
        , m_means(rows * columns, 0.0F)
        , m_squares(rows * columns, 0.0F)
        , m_isMet(rows, false)
    {
    }

    /// The gradient of a row, to be added to.
    std::span<float> gradient(std::size_t row)
    {
        if (!m_isMet[row]) {
            m_isMet[row] = true;
            m_met.push_back(row);
        }
        return std::span(m_gradients).subspan(row * m_columns, m_columns);
    }

    void step(FactorTable& table, const FactorOptions& options, std::int64_t number)
    {
        constexpr double firstDecay = 0.9;
        constexpr double secondDecay = 0.999;
        const double rate =
            options.learningRate * std::sqrt(1 - std::pow(secondDecay, number)) / (1 - std::pow(firstDecay, number));
        for (const std::size_t row : m_met) {
            const auto values = table.row(row);
            for (std::size_t i = 0; i < m_columns; ++i) {
                const std::size_t at = row * m_columns + i;
                const float slope = m_gradients[at] + static_cast<float>(options.weightDecay) * values[i];
                m_means[at] = static_cast<float>(firstDecay) * m_means[at] + static_cast<float>(1 - firstDecay) * slope;
                m_squares[at] = static_cast<float>(secondDecay) * m_squares[at]
                    + static_cast<float>(1 - secondDecay) * slope * slope;
                values[i] -= static_cast<float>(rate) * m_means[at] / (std::sqrt(m_squares[at]) + 1e-8F);
                m_gradients[at] = 0;
            }
            m_isMet[row] = false;
        }
        m_met.clear();
    }

private:
    std::size_t m_columns;
    std::vector<float> m_gradients;
    std::vector<float> m_means;
    std::vector<float> m_squares;
    std::vector<bool> m_isMet;
    std::vector<std::size_t> m_met;
};

/// Learns a factor model from labelled interactions.
class PointwiseLearner : public PassLearner
{
public:
    PointwiseLearner(const ModelFit& fit, const FactorOptions& options)
        : m_fit(fit)
        , m_options(options)
        , m_heldOutFrom(heldOutFrom(fit.history.dataset(), fit.end, fit.time, options.heldOutDays))
        , m_factors(fit.history.dataset(), options.dimensions)
        , m_users(fit.history.dataset().userCount(), width(options.dimensions))
        , m_items(fit.history.dataset().itemCount(), width(options.dimensions))
        , m_order(m_heldOutFrom)
    {
        std::iota(m_order.begin(), m_order.end(), InteractionIndex {0});
        const auto liked = std::count_if(m_order.begin(), m_order.end(),
                                         [&fit](InteractionIndex i) { return fit.history.isLiked(i); });
        const double share = (static_cast<double>(liked) + 1) / (static_cast<double>(m_order.size()) + 2);
        m_factors.base = std::log(share / (1 - share));
    }

    [[nodiscard]] std::vector<bool> heldOutLabels() const { return labelsOf(m_fit.history, m_heldOutFrom, m_fit.end); }
    [[nodiscard]] Factors take() { return std::move(m_factors); }

    Result<> pass(std::int64_t number, const JobContext& context) override
    {
        RandomStream(m_fit.seed, "mf order",
                     {static_cast<std::uint64_t>(toUnix(m_fit.time)), static_cast<std::uint64_t>(number)})
            .shuffle(m_order);
        for (std::size_t begin = 0; begin < m_order.size(); begin += batchRows) {
            if (context.isStopped())
                return fail(ErrorCode::Cancelled, "Stopped while matrix factorization was trained.");
            const std::size_t rows = std::min(batchRows, m_order.size() - begin);
            for (const InteractionIndex i : std::span(m_order).subspan(begin, rows))
                addGradient(i, 1 / static_cast<double>(rows));
            ++m_steps;
            m_users.step(m_factors.users, m_options, m_steps);
            m_items.step(m_factors.items, m_options, m_steps);
        }
        return {};
    }

    std::vector<double> heldOutScores() override
    {
        const auto& dataset = m_fit.history.dataset();
        std::vector<double> scores;
        for (InteractionIndex i = m_heldOutFrom; i < m_fit.end; ++i)
            scores.push_back(m_factors.score(dataset.user(i), dataset.item(i)));
        return scores;
    }

    void keepAsBest() override { m_best = m_factors; }
    void goBackToBest() override { m_factors = *m_best; }

private:
    void addGradient(InteractionIndex interaction, double weight)
    {
        const std::size_t user = m_fit.history.dataset().user(interaction);
        const std::size_t item = m_fit.history.dataset().item(interaction);
        m_factors.users.meet(user, m_fit.seed, "mf user");
        m_factors.items.meet(item, m_fit.seed, "mf item");
        const double score = m_factors.score(static_cast<data::UserIndex>(user), static_cast<data::ItemIndex>(item));
        const double slope = weight * (1 / (1 + std::exp(-score)) - (m_fit.history.isLiked(interaction) ? 1.0 : 0.0));
        const auto u = m_factors.users.row(user);
        const auto v = m_factors.items.row(item);
        const auto userGradient = m_users.gradient(user);
        const auto itemGradient = m_items.gradient(item);
        for (std::size_t i = 0; i + 1 < u.size(); ++i) {
            userGradient[i] += static_cast<float>(slope) * v[i];
            itemGradient[i] += static_cast<float>(slope) * u[i];
        }
        userGradient.back() += static_cast<float>(slope);
        itemGradient.back() += static_cast<float>(slope);
    }

    const ModelFit& m_fit;
    const FactorOptions& m_options;
    InteractionIndex m_heldOutFrom;
    Factors m_factors;
    std::optional<Factors> m_best;
    AdamRows m_users;
    AdamRows m_items;
    std::vector<InteractionIndex> m_order;
    std::int64_t m_steps = 0;
};

} // namespace

MatrixFactorization::MatrixFactorization(const FactorOptions& options)
    : TrainedBaseline(options.cadenceDays, Updates::StartAnew)
    , m_options(options)
{
}

Result<std::shared_ptr<const TrainedModel>> MatrixFactorization::fit(const ModelFit& fit,
                                                                     const JobContext& context) const
{
    PointwiseLearner learner(fit, m_options);
    DRIFTSCOPE_CHECK(learn(learner, learner.heldOutLabels(), m_options.passes, m_options.patience, context));
    return std::make_shared<const FactorModel>(learner.take());
}

std::size_t MatrixFactorization::modelBytes(const data::Dataset& dataset) const
{
    return Factors::bytes(dataset, m_options.dimensions);
}

} // namespace driftscope::baselines
