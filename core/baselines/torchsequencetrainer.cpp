// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/baselines/torchsequencetrainer.h"

#include "core/base/random.h"
#include "core/baselines/passes_p.h"
#include "core/baselines/sasrecnetwork_p.h"
#include "core/network/device.h"
#include "core/network/torchguard.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace driftscope::baselines {

namespace {

constexpr std::size_t batchWindows = 64;
using WindowBatch = std::vector<const SequenceWindow*>;

std::vector<double> toDoubles(const at::Tensor& values)
{
    const at::Tensor plain = values.to(at::kDouble).contiguous();
    return {plain.const_data_ptr<double>(), plain.const_data_ptr<double>() + plain.numel()};
}

at::Tensor labelsOfTargets(const WindowBatch& windows)
{
    std::vector<float> labels;
    for (const auto* window : windows)
        for (const auto& target : window->targets)
            labels.push_back(target.isLiked ? 1.0F : 0.0F);
    return at::tensor(labels);
}

/// Adam by libtorch's fused kernel, with decay as part of the gradient.
class Adam
{
public:
    explicit Adam(const std::vector<at::Tensor>& parameters)
        : m_parameters(parameters)
    {
        for (const auto& parameter : parameters) {
            m_means.push_back(at::zeros_like(parameter));
            m_squares.push_back(at::zeros_like(parameter));
            m_steps.push_back(at::zeros({}, at::kFloat));
        }
    }

    void step(const SequenceTask& task)
    {
        const at::NoGradGuard noGradients;
        std::vector<at::Tensor> gradients;
        for (std::size_t i = 0; i < m_parameters.size(); ++i) {
            gradients.push_back(m_parameters[i].grad());
            m_steps[i].add_(1);
        }
        at::_fused_adam_(m_parameters, gradients, m_means, m_squares, {}, m_steps, task.learningRate, 0.9, 0.999,
                         task.weightDecay, 1e-8, false, false);
        for (auto& gradient : gradients)
            gradient.zero_();
    }

private:
    const std::vector<at::Tensor>& m_parameters;
    std::vector<at::Tensor> m_means;
    std::vector<at::Tensor> m_squares;
    std::vector<at::Tensor> m_steps;
};

class TorchSequenceModel : public SequenceModel
{
public:
    explicit TorchSequenceModel(std::shared_ptr<const SasRecNetwork> network)
        : m_network(std::move(network))
    {
    }

    Result<std::vector<double>> score(std::span<const data::ItemIndex> liked,
                                      std::span<const data::ItemIndex> candidates) const override
    {
        SequenceWindow window {.items = {liked.begin(), liked.end()}, .targets = {}};
        for (const data::ItemIndex item : candidates)
            window.targets.push_back({.known = liked.size(), .item = item});
        return network::guarded("SASRec", [&]() -> Result<std::vector<double>> {
            const at::NoGradGuard noGradients;
            return toDoubles(m_network->logits(WindowBatch {&window}, nullptr));
        });
    }

private:
    std::shared_ptr<const SasRecNetwork> m_network;
};

/// Trains a network pass by pass.
class SequenceLearner : public PassLearner
{
public:
    explicit SequenceLearner(const SequenceTask& task)
        : m_task(task)
        , m_network(std::make_shared<SasRecNetwork>(task))
        , m_adam(m_network->parameters())
        , m_generator(at::detail::createCPUGenerator(task.seed + 1))
    {
        for (const auto& window : task.windows)
            m_order.push_back(&window);
    }

    [[nodiscard]] std::shared_ptr<const SasRecNetwork> network() const { return m_network; }
    [[nodiscard]] std::vector<bool> heldOutLabels() const
    {
        std::vector<bool> labels;
        for (const auto& window : m_task.heldOut)
            for (const auto& target : window.targets)
                labels.push_back(target.isLiked);
        return labels;
    }

    Result<> pass(std::int64_t number, const JobContext& context) override
    {
        RandomStream(m_task.seed, "sasrec order", {static_cast<std::uint64_t>(number)}).shuffle(m_order);
        for (std::size_t begin = 0; begin < m_order.size(); begin += batchWindows) {
            if (context.isStopped())
                return fail(ErrorCode::Cancelled, "Stopped while SASRec was trained.");
            const WindowBatch batch = slice(m_order, begin);
            at::binary_cross_entropy_with_logits(m_network->logits(batch, &m_generator), labelsOfTargets(batch))
                .backward();
            m_adam.step(m_task);
        }
        return {};
    }

    std::vector<double> heldOutScores() override
    {
        const at::NoGradGuard noGradients;
        WindowBatch all;
        for (const auto& window : m_task.heldOut)
            all.push_back(&window);
        std::vector<double> scores;
        for (std::size_t begin = 0; begin < all.size(); begin += batchWindows) {
            const auto part = toDoubles(m_network->logits(slice(all, begin), nullptr));
            scores.insert(scores.end(), part.begin(), part.end());
        }
        return scores;
    }

    void keepAsBest() override
    {
        m_best.clear();
        for (const auto& parameter : m_network->parameters())
            m_best.push_back(parameter.detach().clone());
    }

    void goBackToBest() override
    {
        const at::NoGradGuard noGradients;
        for (std::size_t i = 0; i < m_best.size(); ++i)
            m_network->parameters()[i].copy_(m_best[i]);
    }

private:
    static WindowBatch slice(const WindowBatch& windows, std::size_t begin)
    {
        const auto first = windows.begin() + static_cast<std::ptrdiff_t>(begin);
        return {first, first + static_cast<std::ptrdiff_t>(std::min(batchWindows, windows.size() - begin))};
    }

    const SequenceTask& m_task;
    std::shared_ptr<SasRecNetwork> m_network;
    Adam m_adam;
    at::Generator m_generator; ///< of dropout
    WindowBatch m_order;
    std::vector<at::Tensor> m_best;
};

class TorchSequenceTrainer : public SequenceTrainer
{
public:
    Result<std::shared_ptr<const SequenceModel>> train(const SequenceTask& task,
                                                       const JobContext& context) const override
    {
        // Sets the number of threads once.
        if (const auto device = network::chooseDevice(network::DeviceKind::Cpu); !device)
            return failFrom(device);
        return network::guarded("Training SASRec", [&]() -> Result<std::shared_ptr<const SequenceModel>> {
            SequenceLearner learner(task);
            DRIFTSCOPE_CHECK(learn(learner, learner.heldOutLabels(), task.passes, task.patience, context));
            return std::make_shared<const TorchSequenceModel>(learner.network());
        });
    }
};

} // namespace

std::shared_ptr<const SequenceTrainer> makeSequenceTrainer()
{
    return std::make_shared<const TorchSequenceTrainer>();
}

} // namespace driftscope::baselines
