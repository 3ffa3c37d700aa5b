// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/adamw_p.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace driftscope::tuning {

namespace {

constexpr double epsilon = 1e-8;

} // namespace

AdamW::AdamW(const std::vector<Parameter>& parameters)
    : m_parameters(parameters)
{
    for (const Parameter& parameter : parameters) {
        m_means.push_back(at::zeros_like(parameter.value));
        m_squares.push_back(at::zeros_like(parameter.value));
        m_steps.push_back(at::zeros({}, parameter.value.options().dtype(at::kFloat).requires_grad(false)));
    }
}

void AdamW::step(const Optimization& optimization, double learningRate)
{
    const at::NoGradGuard noGradients;
    for (const bool decays : {true, false}) {
        std::vector<at::Tensor> values;
        std::vector<at::Tensor> gradients;
        std::vector<at::Tensor> means;
        std::vector<at::Tensor> squares;
        std::vector<at::Tensor> steps;
        for (std::size_t i = 0; i < m_parameters.size(); ++i) {
            const at::Tensor& value = m_parameters[i].value;
            if (m_parameters[i].decays != decays || !value.grad().defined())
                continue;
            values.push_back(value);
            gradients.push_back(value.grad());
            means.push_back(m_means[i]);
            squares.push_back(m_squares[i]);
            steps.push_back(m_steps[i]);
            m_steps[i].add_(1);
        }
        if (!values.empty())
            at::_fused_adamw_(values, gradients, means, squares, {}, steps, learningRate, optimization.beta1,
                              optimization.beta2, decays ? optimization.weightDecay : 0, epsilon, false, false);
    }
}

void AdamW::restore(const std::vector<at::Tensor>& means, const std::vector<at::Tensor>& squares, std::int64_t steps)
{
    const at::NoGradGuard noGradients;
    for (std::size_t i = 0; i < m_means.size(); ++i) {
        m_means[i].copy_(means[i]);
        m_squares[i].copy_(squares[i]);
        m_steps[i].fill_(static_cast<double>(steps));
    }
}

double learningRateAt(std::int64_t step, std::int64_t totalSteps, const Optimization& optimization)
{
    const auto warmup = static_cast<double>(optimization.warmupSteps);
    const auto place = static_cast<double>(step);
    if (place < warmup)
        return optimization.learningRate * (place + 1) / warmup;
    const double rest = std::max(1.0, static_cast<double>(totalSteps) - warmup);
    const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * std::min(1.0, (place - warmup) / rest)));
    return optimization.finalLearningRate + (optimization.learningRate - optimization.finalLearningRate) * cosine;
}

double clipGradients(const std::vector<Parameter>& parameters, double limit)
{
    const at::NoGradGuard noGradients;
    std::vector<at::Tensor> norms;
    for (const Parameter& parameter : parameters)
        if (parameter.value.grad().defined())
            norms.push_back(parameter.value.grad().norm());
    if (norms.empty())
        return 0;
    const double norm = at::stack(norms).norm().item<double>();
    if (limit > 0 && norm > limit)
        for (const Parameter& parameter : parameters)
            if (parameter.value.grad().defined())
                parameter.value.mutable_grad().mul_(limit / (norm + 1e-6)); // as torch's clip_grad_norm_
    return norm;
}

} // namespace driftscope::tuning
