// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/recompute.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>

#include <mutex>
#include <utility>

namespace driftscope::network {

namespace {

using torch::autograd::Node;
using torch::autograd::variable_list;
using Work = std::function<at::Tensor(const at::Tensor&)>;

/// The state of a device's random numbers, which dropout draws from.
class RandomState
{
public:
    explicit RandomState(at::Device device)
        : m_generator(at::globalContext().defaultGenerator(device))
        , m_state(read())
    {
    }

    /// Sets the state that was read, and gives the one before.
    at::Tensor exchange(const at::Tensor& state)
    {
        at::Tensor before = read();
        const std::lock_guard lock(m_generator.mutex());
        m_generator.set_state(state);
        return before;
    }
    [[nodiscard]] const at::Tensor& state() const { return m_state; }

private:
    [[nodiscard]] at::Tensor read() const
    {
        const std::lock_guard lock(m_generator.mutex());
        return m_generator.get_state();
    }

    mutable at::Generator m_generator;
    at::Tensor m_state;
};

/// A copy of x that starts a graph of its own. One that needs no gradient may be written to, so it is a real copy.
at::Tensor startingAt(const at::Tensor& x, bool needsGradient)
{
    return needsGradient ? x.variable_data().set_requires_grad(true) : x.clone();
}

/// In the graph in place of all that `work` does.
class RecomputeNode : public Node
{
public:
    RecomputeNode(Work work, const at::Tensor& x)
        : Node(torch::autograd::collect_next_edges(x))
        , m_work(std::move(work))
        , m_x(x.variable_data())
        , m_needsGradient(x.requires_grad())
        , m_random(x.device())
    {
    }

    variable_list apply(variable_list&& gradients) override
    {
        if (!gradients[0].defined())
            return {at::Tensor()};
        const at::AutoGradMode records(true);
        const at::Tensor x = startingAt(m_x, m_needsGradient);
        const at::Tensor now = m_random.exchange(m_random.state());
        const at::Tensor y = m_work(x);
        m_random.exchange(now);
        if (y.requires_grad())
            y.backward(gradients[0]);
        return {x.grad()};
    }

    void release_variables() override { m_x.reset(); }

private:
    Work m_work;
    at::Tensor m_x;
    bool m_needsGradient;
    RandomState m_random;
};

} // namespace

at::Tensor recomputed(Work work, const at::Tensor& x)
{
    if (!at::GradMode::is_enabled())
        return work(x);
    const auto node =
        std::shared_ptr<RecomputeNode>(new RecomputeNode(work, x), torch::autograd::deleteNode); // as torch wants it
    at::Tensor y = work(startingAt(x, x.requires_grad())).variable_data(); // the graph of this call goes at once
    torch::autograd::create_gradient_edge(y, node);
    return y;
}

} // namespace driftscope::network
